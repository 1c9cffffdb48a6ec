import type { ResponseHead } from './http-head.ts';

/** Cuts the body out of a connection's bytes. `push` returns the body bytes found in `chunk`. */
export interface BodyDecoder {
  /** Feeds bytes and returns those of the body. Throws a plain Error on broken framing. */
  push(chunk: Buffer): Buffer[];
  /** True when the whole body was seen. */
  readonly done: boolean;
  /** True when the end of the connection is a proper end of the body. */
  readonly endsWithConnection: boolean;
}

/** The decoder that the head of a response asks for. */
export function bodyDecoderFor(head: ResponseHead, method: string): BodyDecoder {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return new LengthDecoder(0);
  if (/\bchunked\b/i.test(head.headers.get('transfer-encoding') ?? '')) return new ChunkedDecoder();
  const length = head.headers.get('content-length');
  if (length !== undefined && /^\d{1,15}$/.test(length)) return new LengthDecoder(Number(length));
  return new ConnectionDecoder();
}

class LengthDecoder implements BodyDecoder {
  readonly endsWithConnection = false;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  push(chunk: Buffer): Buffer[] {
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    return part.length === 0 ? [] : [part];
  }
}

class ConnectionDecoder implements BodyDecoder {
  readonly done = false;
  readonly endsWithConnection = true;

  push(chunk: Buffer): Buffer[] {
    return [chunk];
  }
}

const maxSizeLine = 256;

/** Chunked transfer coding (RFC 9112 section 7.1); trailers are read and dropped. */
export class ChunkedDecoder implements BodyDecoder {
  readonly endsWithConnection = false;
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  #left = 0;
  #line = '';

  get done(): boolean {
    return this.#state === 'done';
  }

  push(chunk: Buffer): Buffer[] {
    const parts: Buffer[] = [];
    let at = 0;
    while (at < chunk.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const part = chunk.subarray(at, at + this.#left);
        parts.push(part);
        at += part.length;
        this.#left -= part.length;
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const end = chunk.indexOf(10, at);
      this.#line += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
      if (this.#line.length > maxSizeLine) throw new Error('chunk line too long');
      if (end < 0) break;
      at = end + 1;
      this.#takeLine();
    }
    return parts;
  }

  #takeLine(): void {
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    if (this.#state === 'data-end') {
      if (line !== '') throw new Error('chunk longer than announced');
      this.#state = 'size';
    } else if (this.#state === 'trailer') {
      if (line === '') this.#state = 'done';
    } else {
      const size = /^([0-9a-fA-F]{1,12})\s*(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw new Error('bad chunk size');
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    }
  }
}
