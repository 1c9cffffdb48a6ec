/** Stream numbers of multiplexed output. `system-error` carries an error of the daemon itself. */
export const streamTypes = { stdin: 0, stdout: 1, stderr: 2, systemError: 3 } as const;

export type StreamType = (typeof streamTypes)[keyof typeof streamTypes];

export interface StreamFrame {
  readonly stream: StreamType;
  readonly payload: Buffer;
}

export const frameHeaderSize = 8;

/** The header of one frame: stream number, three zero bytes, big-endian payload length. */
export function encodeFrameHeader(stream: StreamType, length: number): Buffer {
  const header = Buffer.alloc(frameHeaderSize);
  header[0] = stream;
  header.writeUInt32BE(length, 4);
  return header;
}

export function encodeFrame(stream: StreamType, payload: Uint8Array): Buffer {
  return Buffer.concat([encodeFrameHeader(stream, payload.length), payload]);
}

export class StreamFrameError extends Error {
  override readonly name = 'StreamFrameError';
}

/**
 * Decodes frames from chunks cut at any place. Payloads are handed on as they come: a frame that spans
 * chunks is given in parts, so memory stays bounded whatever length a header claims.
 */
export class StreamFrameDecoder {
  readonly #header = Buffer.alloc(frameHeaderSize);
  #headerFilled = 0;
  #remaining = 0;
  #stream: StreamType = streamTypes.stdout;

  /** Parts of frames found in `chunk`, in order. Throws StreamFrameError for an unknown stream number. */
  *decode(chunk: Buffer): Generator<StreamFrame> {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#remaining === 0) {
        offset += this.#readHeader(chunk, offset);
        continue;
      }
      const end = Math.min(chunk.length, offset + this.#remaining);
      const payload = chunk.subarray(offset, end);
      this.#remaining -= payload.length;
      offset = end;
      yield { stream: this.#stream, payload };
    }
  }

  /** True between frames: a stream that ends elsewhere was cut off. */
  get atBoundary(): boolean {
    return this.#remaining === 0 && this.#headerFilled === 0;
  }

  #readHeader(chunk: Buffer, offset: number): number {
    const taken = chunk.copy(this.#header, this.#headerFilled, offset);
    this.#headerFilled += taken;
    if (this.#headerFilled < frameHeaderSize) return taken;
    this.#headerFilled = 0;
    const stream = this.#header[0] ?? -1;
    if (!isStreamType(stream)) throw new StreamFrameError(`unrecognized input header: ${stream}`);
    this.#stream = stream;
    this.#remaining = this.#header.readUInt32BE(4);
    return taken;
  }
}

function isStreamType(value: number): value is StreamType {
  return value >= 0 && value <= 3;
}
