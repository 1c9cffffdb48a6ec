import type { LinkInfo, SubLinkKind } from '../links.ts';
import { formatMac, parseMac } from './ip-address.ts';
import {
  bytesAttribute,
  decodeAttributes,
  messageFlags,
  type NetlinkAttribute,
  type NetlinkRequest,
  nestedAttribute,
  textAttribute,
  textOf,
  u8Attribute,
  u16Attribute,
  u32Attribute,
} from './message.ts';
import {
  bridgePortMode,
  family,
  interfaceUp,
  ipvlanFlag,
  ipvlanMode,
  linkAttribute,
  linkInfoAttribute,
  macvlanMode,
  messageType,
  subLinkData,
  vethPeer,
} from './rtnetlink.ts';

/** A message but for its number, which the socket gives. */
export type Unnumbered = Omit<NetlinkRequest, 'sequence'>;

const linkHeaderLength = 16;
const create =
  messageFlags.request | messageFlags.ack | messageFlags.create | messageFlags.exclusive;
const change = messageFlags.request | messageFlags.ack;

interface LinkHeader {
  readonly family?: number;
  readonly index?: number;
  readonly flags?: number;
  /** Which bits of `flags` to change. */
  readonly mask?: number;
}

/** struct ifinfomsg */
function linkHeader(header: LinkHeader = {}): Buffer {
  const bytes = Buffer.alloc(linkHeaderLength);
  bytes.writeUInt8(header.family ?? family.unspecified, 0);
  bytes.writeInt32LE(header.index ?? 0, 4);
  bytes.writeUInt32LE(header.flags ?? 0, 8);
  bytes.writeUInt32LE(header.mask ?? 0, 12);
  return bytes;
}

export function listLinks(): Unnumbered {
  return {
    type: messageType.getLink,
    flags: messageFlags.request | messageFlags.dump,
    header: linkHeader(),
  };
}

export function getLink(name: string): Unnumbered {
  const attributes = [textAttribute(linkAttribute.name, name)];
  return { type: messageType.getLink, flags: change, header: linkHeader(), attributes };
}

function linkKind(kind: string, data?: NetlinkAttribute): NetlinkAttribute {
  const attributes = [textAttribute(linkInfoAttribute.kind, kind)];
  if (data !== undefined) attributes.push(data);
  return nestedAttribute(linkAttribute.linkInfo, attributes);
}

function identity(name: string, mac?: string, mtu?: number): NetlinkAttribute[] {
  const attributes = [textAttribute(linkAttribute.name, name)];
  if (mac !== undefined) attributes.push(bytesAttribute(linkAttribute.address, parseMac(mac)));
  if (mtu !== undefined) attributes.push(u32Attribute(linkAttribute.mtu, mtu));
  return attributes;
}

/** A link of a kind that needs no data of its own: bridge, dummy. */
export function createLink(
  kind: string,
  name: string,
  options: { readonly mac?: string; readonly mtu?: number } = {},
): Unnumbered {
  const attributes = [...identity(name, options.mac, options.mtu), linkKind(kind)];
  return { type: messageType.newLink, flags: create, header: linkHeader(), attributes };
}

export interface VethMessageOptions {
  readonly hostName: string;
  readonly bridgeIndex: number;
  readonly peerName: string;
  readonly peerNamespaceDescriptor: number;
  readonly peerMac?: string;
  readonly mtu?: number;
}

/**
 * The host end up and in the bridge, the peer born in its namespace, all in one message. Only the peer
 * cannot be born up: veth_open in the kernel answers ENOTCONN before the two ends know each other.
 */
export function createVeth(options: VethMessageOptions): Unnumbered {
  const peer = nestedAttribute(
    vethPeer,
    [
      ...identity(options.peerName, options.peerMac, options.mtu),
      u32Attribute(linkAttribute.namespaceDescriptor, options.peerNamespaceDescriptor),
    ],
    linkHeader(),
  );
  const attributes = [
    ...identity(options.hostName, undefined, options.mtu),
    u32Attribute(linkAttribute.master, options.bridgeIndex),
    linkKind('veth', nestedAttribute(linkInfoAttribute.data, [peer])),
  ];
  const header = linkHeader({ flags: interfaceUp, mask: interfaceUp });
  return { type: messageType.newLink, flags: create, header, attributes };
}

export interface SubLinkMessageOptions {
  readonly name: string;
  readonly parentIndex: number;
  readonly kind: SubLinkKind;
  readonly namespaceDescriptor?: number;
  readonly mac?: string;
  readonly mtu?: number;
}

/** A macvlan, ipvlan or vlan link on top of another one, born in its namespace. */
export function createSubLink(options: SubLinkMessageOptions): Unnumbered {
  const attributes = [
    ...identity(options.name, options.mac, options.mtu),
    u32Attribute(linkAttribute.link, options.parentIndex),
    linkKind(options.kind.type, nestedAttribute(linkInfoAttribute.data, kindData(options.kind))),
  ];
  if (options.namespaceDescriptor !== undefined)
    attributes.push(u32Attribute(linkAttribute.namespaceDescriptor, options.namespaceDescriptor));
  return { type: messageType.newLink, flags: create, header: linkHeader(), attributes };
}

function kindData(kind: SubLinkKind): NetlinkAttribute[] {
  if (kind.type === 'vlan') return [u16Attribute(subLinkData.vlanId, kind.id)];
  if (kind.type === 'macvlan') return [u32Attribute(subLinkData.mode, macvlanMode[kind.mode])];
  return [
    u16Attribute(subLinkData.mode, ipvlanMode[kind.mode]),
    u16Attribute(subLinkData.flags, ipvlanFlag[kind.flag]),
  ];
}

export function setLinkUp(index: number, up: boolean): Unnumbered {
  const header = linkHeader({ index, flags: up ? interfaceUp : 0, mask: interfaceUp });
  return { type: messageType.setLink, flags: change, header };
}

/** As setLinkUp, for a link whose index is not known. */
export function setNamedLinkUp(name: string): Unnumbered {
  const header = linkHeader({ flags: interfaceUp, mask: interfaceUp });
  const attributes = [textAttribute(linkAttribute.name, name)];
  return { type: messageType.setLink, flags: change, header, attributes };
}

function setLink(index: number, attribute: NetlinkAttribute): Unnumbered {
  const header = linkHeader({ index });
  return { type: messageType.setLink, flags: change, header, attributes: [attribute] };
}

/** Into the namespace of the descriptor, under another name. */
export function moveLink(index: number, namespaceDescriptor: number, newName: string): Unnumbered {
  const attributes = [
    u32Attribute(linkAttribute.namespaceDescriptor, namespaceDescriptor),
    textAttribute(linkAttribute.name, newName),
  ];
  return { type: messageType.setLink, flags: change, header: linkHeader({ index }), attributes };
}

export function setLinkMac(index: number, mac: string): Unnumbered {
  return setLink(index, bytesAttribute(linkAttribute.address, parseMac(mac)));
}

export function setLinkMtu(index: number, mtu: number): Unnumbered {
  return setLink(index, u32Attribute(linkAttribute.mtu, mtu));
}

/** Master 0 takes the link out of its bridge. */
export function setLinkMaster(index: number, master: number): Unnumbered {
  return setLink(index, u32Attribute(linkAttribute.master, master));
}

export function setBridgePortHairpin(index: number, on: boolean): Unnumbered {
  const mode = u8Attribute(bridgePortMode, on ? 1 : 0);
  return {
    type: messageType.setLink,
    flags: change,
    header: linkHeader({ family: family.bridge, index }),
    attributes: [nestedAttribute(linkAttribute.protocolInfo | nestedFlag, [mode])],
  };
}

/** NLA_F_NESTED, which the bridge insists on. */
const nestedFlag = 0x8000;

export function deleteLink(name: string): Unnumbered {
  const attributes = [textAttribute(linkAttribute.name, name)];
  return { type: messageType.deleteLink, flags: change, header: linkHeader(), attributes };
}

/** Into a group of links (ip-link(8)), which can be deleted at once. */
export function setLinkGroup(index: number, group: number): Unnumbered {
  return setLink(index, u32Attribute(linkAttribute.group, group));
}

export function deleteLinkGroup(group: number): Unnumbered {
  const attributes = [u32Attribute(linkAttribute.group, group)];
  return { type: messageType.deleteLink, flags: change, header: linkHeader(), attributes };
}

/** The payload of RTM_NEWLINK. */
export function decodeLink(payload: Buffer): LinkInfo {
  const attributes = decodeAttributes(payload.subarray(linkHeaderLength));
  const info = decodeAttributes(attributes.get(linkAttribute.linkInfo) ?? Buffer.alloc(0));
  const kind = info.get(linkInfoAttribute.kind);
  const mac = attributes.get(linkAttribute.address);
  const master = attributes.get(linkAttribute.master);
  const peer = attributes.get(linkAttribute.link);
  return {
    index: payload.readInt32LE(4),
    name: textOf(attributes.get(linkAttribute.name) ?? Buffer.alloc(0)),
    ...(kind === undefined ? {} : { kind: textOf(kind) }),
    ...(mac?.length === 6 ? { mac: formatMac(mac) } : {}),
    mtu: attributes.get(linkAttribute.mtu)?.readUInt32LE() ?? 0,
    up: (payload.readUInt32LE(8) & interfaceUp) !== 0,
    ...(master === undefined ? {} : { masterIndex: master.readUInt32LE() }),
    ...(peer === undefined ? {} : { peerIndex: peer.readUInt32LE() }),
  };
}
