/** Numbers of RFC 6455, section 5.2. */
export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** Close codes of RFC 6455, section 7.4.1. */
export const closeCodes = { normal: 1000, protocolError: 1002 } as const;

/** A client broke the rules of RFC 6455; the connection is to be closed with 1002. */
export class WebSocketProtocolError extends Error {}

export type FrameEvent =
  /** Bytes of a message; where messages begin and end does not matter to a stream. */
  | { readonly type: 'data'; readonly bytes: Buffer }
  | { readonly type: 'ping'; readonly bytes: Buffer }
  | { readonly type: 'close'; readonly code: number };

interface Frame {
  readonly opcode: number;
  readonly final: boolean;
  readonly mask: Buffer;
  readonly control: boolean;
  length: number;
  done: number;
}

const longestHeader = 14;
const longestControl = 125;

/**
 * Reads the frames of a client as they come, holding no more than a header or a control frame. Frames must be
 * masked, unextended and in order (section 5); text is taken as bytes.
 */
export class FrameReader {
  #header = Buffer.alloc(0);
  #frame: Frame | undefined;
  #control: Buffer[] = [];
  #inMessage = false;

  /** What the bytes hold. Throws WebSocketProtocolError; nothing may be read afterwards. */
  *read(chunk: Buffer): Generator<FrameEvent> {
    let rest = chunk;
    for (;;) {
      if (this.#frame === undefined) {
        const joined = Buffer.concat([this.#header, rest.subarray(0, longestHeader)]);
        const parsed = parseHeader(joined);
        if (parsed === undefined) {
          this.#header = joined;
          return;
        }
        rest = rest.subarray(parsed.size - this.#header.length);
        this.#header = Buffer.alloc(0);
        this.#begin(parsed.frame);
      }
      const frame = this.#frame as Frame | undefined;
      if (frame === undefined) return;
      const payload = unmasked(frame, rest.subarray(0, frame.length - frame.done));
      rest = rest.subarray(payload.length);
      frame.done += payload.length;
      if (frame.control) this.#control.push(payload);
      else if (payload.length > 0) yield { type: 'data', bytes: payload };
      if (frame.done < frame.length) return;
      this.#frame = undefined;
      if (frame.control) {
        const event = this.#controlEvent(frame.opcode);
        if (event !== undefined) yield event;
      }
      if (rest.length === 0) return;
    }
  }

  #begin(frame: Frame): void {
    this.#frame = frame;
    if (frame.control) return;
    const continues = frame.opcode === opcodes.continuation;
    if (continues !== this.#inMessage) {
      throw new WebSocketProtocolError('a message was begun or continued out of turn');
    }
    this.#inMessage = !frame.final;
  }

  #controlEvent(opcode: number): FrameEvent | undefined {
    const bytes = Buffer.concat(this.#control);
    this.#control = [];
    if (opcode === opcodes.ping) return { type: 'ping', bytes };
    if (opcode === opcodes.pong) return undefined;
    if (bytes.length === 1) throw new WebSocketProtocolError('a close code has two bytes');
    return { type: 'close', code: bytes.length === 0 ? closeCodes.normal : bytes.readUInt16BE(0) };
  }
}

/** Undefined while bytes of the header are missing. */
function parseHeader(bytes: Buffer): { readonly frame: Frame; readonly size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const opcode = first & 0x0f;
  const final = (first & 0x80) !== 0;
  const control = opcode >= opcodes.close;
  if ((first & 0x70) !== 0) throw new WebSocketProtocolError('no extension was agreed on');
  if ((opcode > opcodes.binary && !control) || opcode > opcodes.pong) {
    throw new WebSocketProtocolError(`unknown opcode ${opcode}`);
  }
  if ((second & 0x80) === 0) throw new WebSocketProtocolError('frames of clients must be masked');
  const short = second & 0x7f;
  if (control && (!final || short > longestControl)) {
    throw new WebSocketProtocolError('a control frame is in parts or too long');
  }
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const size = 2 + lengthBytes + 4;
  if (bytes.length < size) return undefined;
  const length = payloadLength(bytes, short);
  const mask = Buffer.from(bytes.subarray(size - 4, size));
  return { frame: { opcode, final, control, mask, length, done: 0 }, size };
}

function payloadLength(bytes: Buffer, short: number): number {
  if (short < 126) return short;
  if (short === 126) return bytes.readUInt16BE(2);
  const length = bytes.readBigUInt64BE(2);
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new WebSocketProtocolError('a frame is too long');
  }
  return Number(length);
}

function unmasked({ mask, done }: Frame, bytes: Buffer): Buffer {
  const plain = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index++) {
    plain[index] = (bytes[index] ?? 0) ^ (mask[(done + index) & 3] ?? 0);
  }
  return plain;
}
