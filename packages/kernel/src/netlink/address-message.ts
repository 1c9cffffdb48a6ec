import type { AddressInfo } from '../links.ts';
import { formatAddress, parsePrefix } from './ip-address.ts';
import type { Unnumbered } from './link-message.ts';
import { bytesAttribute, decodeAttributes, messageFlags, u32Attribute } from './message.ts';
import { addressAttribute, family, messageType, noDuplicateDetection } from './rtnetlink.ts';

const addressHeaderLength = 8;

/** struct ifaddrmsg */
function addressHeader(addressFamily: number, prefixLength: number, linkIndex: number): Buffer {
  const bytes = Buffer.alloc(addressHeaderLength);
  bytes.writeUInt8(addressFamily, 0);
  bytes.writeUInt8(prefixLength, 1);
  bytes.writeUInt32LE(linkIndex, 4);
  return bytes;
}

/** `linkIndex` 0 lists those of every link. */
export function listAddresses(linkIndex: number): Unnumbered {
  return {
    type: messageType.getAddress,
    flags: messageFlags.request | messageFlags.dump,
    header: addressHeader(family.unspecified, 0, linkIndex),
  };
}

/** IPv6 addresses skip duplicate detection: whoever hands them out knows that they are free. */
export function addAddress(linkIndex: number, cidr: string): Unnumbered {
  const prefix = parsePrefix(cidr);
  const attributes = [
    bytesAttribute(addressAttribute.local, prefix.address),
    bytesAttribute(addressAttribute.address, prefix.address),
  ];
  if (prefix.family === family.ipv6)
    attributes.push(u32Attribute(addressAttribute.flags, noDuplicateDetection));
  else if (prefix.length < 31)
    attributes.push(bytesAttribute(addressAttribute.broadcast, broadcastOf(prefix)));
  return {
    type: messageType.newAddress,
    flags: messageFlags.request | messageFlags.ack | messageFlags.create | messageFlags.exclusive,
    header: addressHeader(prefix.family, prefix.length, linkIndex),
    attributes,
  };
}

export function removeAddress(linkIndex: number, cidr: string): Unnumbered {
  const prefix = parsePrefix(cidr);
  return {
    type: messageType.deleteAddress,
    flags: messageFlags.request | messageFlags.ack,
    header: addressHeader(prefix.family, prefix.length, linkIndex),
    attributes: [
      bytesAttribute(addressAttribute.local, prefix.address),
      bytesAttribute(addressAttribute.address, prefix.address),
    ],
  };
}

/** The payload of RTM_NEWADDR. */
export function decodeAddress(payload: Buffer): AddressInfo {
  const attributes = decodeAttributes(payload.subarray(addressHeaderLength));
  const bytes = attributes.get(addressAttribute.local) ?? attributes.get(addressAttribute.address);
  return {
    linkIndex: payload.readUInt32LE(4),
    address: `${formatAddress(bytes ?? Buffer.alloc(4))}/${payload.readUInt8(1)}`,
  };
}

function broadcastOf(prefix: { readonly address: Buffer; readonly length: number }): Buffer {
  const bytes = Buffer.alloc(4);
  const host = 0xffffffff >>> prefix.length;
  bytes.writeUInt32BE((prefix.address.readUInt32BE() | host) >>> 0);
  return bytes;
}
