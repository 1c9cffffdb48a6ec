import { isIP } from 'node:net';
import type { FlowFilter } from '../conntrack.ts';
import type { TransportProtocol } from '../ports.ts';
import { formatAddress, parseAddress } from './ip-address.ts';
import type { Unnumbered } from './link-message.ts';
import {
  bytesAttribute,
  decodeAttributes,
  messageFlags,
  type NetlinkAttribute,
  nestedAttribute,
  u8Attribute,
  u32Attribute,
} from './message.ts';
import { family } from './rtnetlink.ts';

/** NETLINK_NETFILTER; numbers are those of linux/netfilter/nfnetlink_conntrack.h. */
export const protocolNetfilter = 12;
const conntrackSubsystem = 1 << 8;
const getType = conntrackSubsystem | 1;
const deleteType = conntrackSubsystem | 2;
const attribute = { original: 1, reply: 2, id: 12, filter: 25 } as const;
const tuple = { ip: 1, protocol: 2 } as const;
const ip = { source4: 1, source6: 3 } as const;
const proto = { number: 1, destinationPort: 3 } as const;
const filterPart = { original: 1, reply: 2 } as const;
/** Which parts of a tuple a dump is filtered by (since Linux 5.8; older kernels show everything). */
const filterFlag = { sourceAddress: 1, protocol: 8, destinationPort: 32 } as const;
const nested = 0x8000;
const headerLength = 4;
const protocolNumber: Readonly<Record<TransportProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** struct nfgenmsg */
function header(addressFamily: number): Buffer {
  return Buffer.from([addressFamily, 0, 0, 0]);
}

export function listFlows(filter: FlowFilter): Unnumbered {
  return {
    type: getType,
    flags: messageFlags.request | messageFlags.dump,
    header: header(familyOf(filter)),
    attributes: filterAttributes(filter),
  };
}

function familyOf(filter: FlowFilter): number {
  const version = 'family' in filter ? filter.family : isIP(filter.answeredBy);
  return version === 6 ? family.ipv6 : family.ipv4;
}

function filterAttributes(filter: FlowFilter): NetlinkAttribute[] {
  const number = u8Attribute(proto.number, protocolNumber[filter.protocol]);
  const wanted = (original: number, reply: number) =>
    nestedAttribute(attribute.filter | nested, [
      u32Attribute(filterPart.original, original),
      u32Attribute(filterPart.reply, reply),
    ]);
  if ('ports' in filter) {
    const { first, last } = filter.ports;
    // One port or all of them: the kernel knows no ranges here.
    const port = first === last ? [bytesAttribute(proto.destinationPort, portBytes(first))] : [];
    const flags = filterFlag.protocol | (port.length > 0 ? filterFlag.destinationPort : 0);
    return [
      nestedAttribute(attribute.original | nested, [
        nestedAttribute(tuple.protocol | nested, [number, ...port]),
      ]),
      wanted(flags, 0),
    ];
  }
  const bytes = parseAddress(filter.answeredBy);
  const source = bytes.length === 4 ? ip.source4 : ip.source6;
  return [
    nestedAttribute(attribute.reply | nested, [
      nestedAttribute(tuple.ip | nested, [bytesAttribute(source, bytes)]),
      nestedAttribute(tuple.protocol | nested, [number]),
    ]),
    wanted(0, filterFlag.sourceAddress | filterFlag.protocol),
  ];
}

function portBytes(port: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(port);
  return bytes;
}

/** A listed flow, as far as it is needed to tell whether it is meant and to name it. */
export interface ListedFlow {
  readonly family: number;
  readonly original: Buffer;
  readonly id: Buffer | undefined;
  readonly protocol: number;
  readonly destinationPort: number | undefined;
  /** Who answers. */
  readonly answeredBy: string;
}

export function decodeFlow(payload: Buffer): ListedFlow | undefined {
  const attributes = decodeAttributes(payload.subarray(headerLength));
  const original = attributes.get(attribute.original);
  const reply = attributes.get(attribute.reply);
  if (original === undefined || reply === undefined) return undefined;
  const parts = decodeAttributes(decodeAttributes(original).get(tuple.protocol) ?? Buffer.alloc(0));
  const answering = decodeAttributes(decodeAttributes(reply).get(tuple.ip) ?? Buffer.alloc(0));
  const source = answering.get(ip.source4) ?? answering.get(ip.source6);
  return {
    family: payload.readUInt8(0),
    original,
    id: attributes.get(attribute.id),
    protocol: parts.get(proto.number)?.readUInt8() ?? 0,
    destinationPort: parts.get(proto.destinationPort)?.readUInt16BE(),
    answeredBy: source === undefined ? '' : formatAddress(source),
  };
}

/** Whether a flow is one of those that the filter means. */
export function matchesFlow(filter: FlowFilter, flow: ListedFlow): boolean {
  if (flow.protocol !== protocolNumber[filter.protocol]) return false;
  if ('ports' in filter) {
    const { first, last } = filter.ports;
    const { destinationPort: port = -1 } = flow;
    return port >= first && port <= last;
  }
  return flow.answeredBy === formatAddress(parseAddress(filter.answeredBy));
}

/** The flow that `listFlows` has shown. */
export function deleteFlow(flow: ListedFlow): Unnumbered {
  const attributes = [bytesAttribute(attribute.original | nested, flow.original)];
  if (flow.id !== undefined) attributes.push(bytesAttribute(attribute.id, flow.id));
  return {
    type: deleteType,
    flags: messageFlags.request | messageFlags.ack,
    header: header(flow.family),
    attributes,
  };
}
