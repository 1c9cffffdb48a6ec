/** Values that entries are made of; `EventTime` is fluentd's time with nanoseconds. */
export type PackValue =
  | string
  | number
  | EventTime
  | readonly PackValue[]
  | { readonly [name: string]: PackValue };

/** A time of the Fluentd forward protocol: extension 0, seconds and nanoseconds. */
export class EventTime {
  readonly seconds: number;
  readonly nanoseconds: number;

  constructor(seconds: number, nanoseconds: number) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }
}

/** Encodes a value as MessagePack. Numbers are whole and not negative, below 2³². */
export function packMessage(value: PackValue): Buffer {
  if (typeof value === 'string') return packText(value);
  if (typeof value === 'number') return numbered(0xce, value);
  if (value instanceof EventTime) {
    const bytes = Buffer.from([0xd7, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.writeUInt32BE(value.seconds, 2);
    bytes.writeUInt32BE(value.nanoseconds, 6);
    return bytes;
  }
  if (Array.isArray(value)) {
    return Buffer.concat([numbered(0xdd, value.length), ...value.map(packMessage)]);
  }
  const entries = Object.entries(value);
  const parts = entries.flatMap(([name, item]) => [packText(name), packMessage(item)]);
  return Buffer.concat([numbered(0xdf, entries.length), ...parts]);
}

function packText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head =
    bytes.length < 32 ? Buffer.from([0xa0 | bytes.length]) : numbered(0xdb, bytes.length);
  return Buffer.concat([head, bytes]);
}

/** A type byte and 32 bits. */
function numbered(type: number, value: number): Buffer {
  const bytes = Buffer.from([type, 0, 0, 0, 0]);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}
