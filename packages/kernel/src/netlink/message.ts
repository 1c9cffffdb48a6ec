/** netlink(7) messages and attributes, in host (little-endian) byte order. Pure: bytes in, bytes out. */

/** Flags of a request (linux/netlink.h). */
export const messageFlags = {
  request: 0x1,
  ack: 0x4,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  root: 0x100,
  match: 0x200,
  dump: 0x300,
} as const;

const headerLength = 16;
const attributeHeaderLength = 4;
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are not part of the type. */
const attributeTypeMask = 0x3fff;
const errorType = 2;
const doneType = 3;
const interruptedFlag = 0x10;
const cappedFlag = 0x100;
const extendedFlag = 0x200;

export interface NetlinkAttribute {
  readonly type: number;
  readonly value: Buffer;
}

export interface NetlinkRequest {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** The family's fixed header, for example struct ifinfomsg. */
  readonly header: Buffer;
  readonly attributes?: readonly NetlinkAttribute[];
}

export interface NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

/** What came back for one request. `errno` is positive and 0 on success. */
export interface NetlinkReply {
  readonly messages: readonly NetlinkMessage[];
  readonly errno: number;
  /** The kernel's own words (NLMSGERR_ATTR_MSG), often absent. */
  readonly detail?: string;
  /** Objects changed while they were listed: the answer may be inconsistent. */
  readonly interrupted: boolean;
}

export function encodeRequest(request: NetlinkRequest): Buffer {
  const attributes = (request.attributes ?? []).map(encodeAttribute);
  const body = Buffer.concat([padded(request.header), ...attributes]);
  const header = Buffer.alloc(headerLength);
  header.writeUInt32LE(headerLength + body.length, 0);
  header.writeUInt16LE(request.type, 4);
  header.writeUInt16LE(request.flags, 6);
  header.writeUInt32LE(request.sequence, 8);
  return Buffer.concat([header, body]);
}

export function bytesAttribute(type: number, value: Buffer): NetlinkAttribute {
  return { type, value };
}

export function textAttribute(type: number, text: string): NetlinkAttribute {
  return { type, value: Buffer.from(`${text}\0`) };
}

export function u8Attribute(type: number, number: number): NetlinkAttribute {
  return { type, value: Buffer.from([number]) };
}

export function u16Attribute(type: number, number: number): NetlinkAttribute {
  const value = Buffer.alloc(2);
  value.writeUInt16LE(number);
  return { type, value };
}

export function u32Attribute(type: number, number: number): NetlinkAttribute {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(number >>> 0);
  return { type, value };
}

/** An attribute whose value is a header (maybe empty) and more attributes. */
export function nestedAttribute(
  type: number,
  attributes: readonly NetlinkAttribute[],
  header: Buffer = Buffer.alloc(0),
): NetlinkAttribute {
  return { type, value: Buffer.concat([padded(header), ...attributes.map(encodeAttribute)]) };
}

/** Attributes by type; of one given twice the last counts. Stops at the first malformed one. */
export function decodeAttributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let offset = 0;
  while (offset + attributeHeaderLength <= bytes.length) {
    const length = bytes.readUInt16LE(offset);
    if (length < attributeHeaderLength || offset + length > bytes.length) break;
    const type = bytes.readUInt16LE(offset + 2) & attributeTypeMask;
    found.set(type, bytes.subarray(offset + attributeHeaderLength, offset + length));
    offset += aligned(length);
  }
  return found;
}

/** Splits the answers to the request numbered `sequence` from their acknowledgement. */
export function decodeReply(bytes: Buffer, sequence: number): NetlinkReply {
  const messages: NetlinkMessage[] = [];
  let interrupted = false;
  let end = { errno: 0 } as { errno: number; detail?: string };
  let offset = 0;
  while (offset + headerLength <= bytes.length) {
    const length = bytes.readUInt32LE(offset);
    if (length < headerLength || offset + length > bytes.length) break;
    const type = bytes.readUInt16LE(offset + 4);
    const flags = bytes.readUInt16LE(offset + 6);
    const own = bytes.readUInt32LE(offset + 8) === sequence;
    const payload = bytes.subarray(offset + headerLength, offset + length);
    offset += aligned(length);
    if (!own) continue;
    if ((flags & interruptedFlag) !== 0) interrupted = true;
    if (type === errorType || type === doneType) end = decodeEnd(type, flags, payload);
    else messages.push({ type, sequence, payload });
  }
  return { messages, interrupted, ...end };
}

/** NLMSG_ERROR and NLMSG_DONE: an errno, then (when not capped) the request, then attributes. */
function decodeEnd(
  type: number,
  flags: number,
  payload: Buffer,
): { errno: number; detail?: string } {
  const errno = payload.length >= 4 ? 0 - payload.readInt32LE(0) : 0;
  if ((flags & extendedFlag) === 0) return { errno };
  let start = 4;
  if (type === errorType) {
    const requestLength = payload.length >= 8 ? payload.readUInt32LE(4) : 0;
    start += (flags & cappedFlag) !== 0 ? headerLength : aligned(requestLength);
  }
  const text = decodeAttributes(payload.subarray(start)).get(1);
  return text === undefined ? { errno } : { errno, detail: textOf(text) };
}

/** A string value without its closing NUL. */
export function textOf(value: Buffer): string {
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end < 0 ? value.length : end);
}

function encodeAttribute(attribute: NetlinkAttribute): Buffer {
  const header = Buffer.alloc(attributeHeaderLength);
  header.writeUInt16LE(attributeHeaderLength + attribute.value.length, 0);
  header.writeUInt16LE(attribute.type, 2);
  return padded(Buffer.concat([header, attribute.value]));
}

function padded(bytes: Buffer): Buffer {
  const missing = aligned(bytes.length) - bytes.length;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}
