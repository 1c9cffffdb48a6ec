/** Messages of the D-Bus wire protocol (D-Bus specification, "Message Protocol"), little-endian. Pure. */

/** An argument that this client can send. A dictionary has values of these types again. */
export type BusValue =
  | { readonly type: 's'; readonly value: string }
  | { readonly type: 'as'; readonly value: readonly string[] }
  | { readonly type: 'a{sv}'; readonly value: Readonly<Record<string, BusValue>> };

export interface BusCall {
  readonly serial: number;
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly BusValue[];
}

/** A received message, as far as it is needed. */
export interface BusMessage {
  readonly kind: 'call' | 'return' | 'error' | 'signal' | 'other';
  /** Of the call that this answers. */
  readonly replyTo?: number;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  /** Leading arguments of the types string, object path and uint32; what follows others is left out. */
  readonly body: readonly (string | number)[];
}

const littleEndian = 'l'.charCodeAt(0);
const kinds = ['other', 'call', 'return', 'error', 'signal'] as const;
const version = 1;
/** Byte order, type, flags, version, body length, serial, length of the fields. */
const fixedHeader = 16;
const field = {
  path: 1,
  interface: 2,
  member: 3,
  error: 4,
  replyTo: 5,
  destination: 6,
  signature: 8,
};
/** The specification's limit for a whole message. */
const mostBytes = 128 * 1024 * 1024;

export function encodeCall(call: BusCall): Buffer {
  const body = new Writer();
  for (const argument of call.body) writeValue(body, argument);
  const fields = new Writer();
  const signature = call.body.map(({ type }) => type).join('');
  const add = (code: number, type: 's' | 'o' | 'g', text: string) => {
    fields.align(8);
    fields.byte(code);
    fields.signature(type);
    if (type === 'g') fields.signature(text);
    else fields.text(text);
  };
  add(field.path, 'o', call.path);
  add(field.interface, 's', call.interface);
  add(field.member, 's', call.member);
  add(field.destination, 's', call.destination);
  if (signature !== '') add(field.signature, 'g', signature);
  const header = Buffer.alloc(fixedHeader);
  header.set([littleEndian, kinds.indexOf('call'), 0, version]);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(call.serial, 8);
  header.writeUInt32LE(fields.length, 12);
  fields.align(8);
  return Buffer.concat([header, fields.bytes(), body.bytes()]);
}

/** The whole messages at the beginning of a stream. Fails for one that is no D-Bus or too long. */
export function decodeMessages(stream: Buffer): {
  readonly messages: readonly BusMessage[];
  readonly rest: Buffer;
} {
  const messages: BusMessage[] = [];
  let rest = stream;
  while (rest.length >= fixedHeader) {
    if (rest[0] !== littleEndian || rest[3] !== version) throw new Error('not a D-Bus message');
    const bodyLength = rest.readUInt32LE(4);
    const bodyStart = (fixedHeader + rest.readUInt32LE(12) + 7) & ~7;
    if (bodyStart + bodyLength > mostBytes) throw new Error('a D-Bus message is too long');
    if (rest.length < bodyStart + bodyLength) break;
    messages.push(decodeMessage(rest.subarray(0, bodyStart + bodyLength), bodyStart));
    rest = rest.subarray(bodyStart + bodyLength);
  }
  return { messages, rest };
}

function decodeMessage(bytes: Buffer, bodyStart: number): BusMessage {
  const end = fixedHeader + bytes.readUInt32LE(12);
  const reader = new Reader(bytes.subarray(0, end), fixedHeader);
  const fields = new Map<number, string | number>();
  while (reader.offset < end) {
    reader.align(8);
    const code = reader.byte();
    const value = reader.argument(reader.signature());
    if (value !== undefined) fields.set(code, value);
  }
  const text = (code: number) => {
    const value = fields.get(code);
    return typeof value === 'string' ? value : undefined;
  };
  const replyTo = fields.get(field.replyTo);
  const [member, errorName, sender] = [
    text(field.member),
    text(field.error),
    text(field.interface),
  ];
  return {
    kind: kinds[bytes[1] ?? 0] ?? 'other',
    ...(typeof replyTo === 'number' ? { replyTo } : {}),
    ...(sender === undefined ? {} : { interface: sender }),
    ...(member === undefined ? {} : { member }),
    ...(errorName === undefined ? {} : { errorName }),
    body: decodeBody(bytes.subarray(bodyStart), text(field.signature) ?? ''),
  };
}

function decodeBody(bytes: Buffer, signature: string): (string | number)[] {
  const reader = new Reader(bytes, 0);
  const values: (string | number)[] = [];
  for (const type of signature) {
    const value = reader.argument(type);
    if (value === undefined) break;
    values.push(value);
  }
  return values;
}

function writeValue(writer: Writer, { type, value }: BusValue): void {
  if (type === 's') {
    writer.text(value);
    return;
  }
  writer.array(type === 'as' ? 4 : 8, () => {
    if (type === 'as') {
      for (const item of value) writer.text(item);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      writer.align(8);
      writer.text(key);
      writer.signature(item.type);
      writeValue(writer, item);
    }
  });
}

/** Bytes with the alignment that the wire format asks for, from the beginning of the part. */
class Writer {
  #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  align(size: number): void {
    while (this.#bytes.length % size !== 0) this.#bytes.push(0);
  }

  byte(value: number): void {
    this.#bytes.push(value);
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.#number(bytes.length);
    this.#bytes.push(...bytes, 0);
  }

  signature(text: string): void {
    this.#bytes.push(text.length, ...Buffer.from(text), 0);
  }

  /** The length counts neither itself nor the padding before the first element. */
  array(alignment: number, write: () => void): void {
    this.#number(0);
    const at = this.#bytes.length - 4;
    this.align(alignment);
    const start = this.#bytes.length;
    write();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.#bytes.length - start);
    for (const [index, byte] of length.entries()) this.#bytes[at + index] = byte;
  }

  #number(value: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#bytes.push(...bytes);
  }
}

class Reader {
  readonly #bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  align(size: number): void {
    this.offset = Math.ceil(this.offset / size) * size;
  }

  byte(): number {
    const value = this.#bytes.readUInt8(this.offset);
    this.offset += 1;
    return value;
  }

  signature(): string {
    return this.#take(this.byte());
  }

  /** Undefined for a type that is not read. */
  argument(type: string): string | number | undefined {
    if (type === 'g') return this.signature();
    if (type !== 's' && type !== 'o' && type !== 'u') return undefined;
    this.align(4);
    const number = this.#bytes.readUInt32LE(this.offset);
    this.offset += 4;
    return type === 'u' ? number : this.#take(number);
  }

  /** A text and the NUL behind it. */
  #take(length: number): string {
    const end = this.offset + length;
    if (end >= this.#bytes.length) throw new Error('a D-Bus message is cut off');
    const text = this.#bytes.toString('utf8', this.offset, end);
    this.offset = end + 1;
    return text;
  }
}
