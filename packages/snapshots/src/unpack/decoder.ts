import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { LayerCompression } from '../layer-transfer.ts';
import { jobError } from '../worker/job-error.ts';
import { ZstdFrames } from './zstd-frames.ts';

const outputSize = 256 << 10;

/** Takes compressed bytes, hands the plain ones to a sink. */
export interface Decoder {
  /** Resolves when the chunk may be reused. Rejects with what the sink threw. */
  write(chunk: Buffer): Promise<void> | void;
  /** Rejects when the compressed stream is cut off. */
  end(): Promise<void> | void;
  /** Frees native memory. Call in every case. */
  close(): void;
}

export function createDecoder(
  compression: LayerCompression,
  sink: (chunk: Buffer) => void,
): Decoder {
  if (compression === 'none') return { write: sink, end: () => {}, close: () => {} };
  const options = { chunkSize: outputSize };
  if (compression === 'gzip') return new StreamDecoder('gzip', createGunzip(options), sink);
  return new ZstdDecoder(createZstdDecompress(options), sink);
}

/**
 * Decompresses on libuv's threads. Output is handed on in a microtask, when the stream has already
 * started on the next piece, so that decompression and the sink run at the same time.
 */
class StreamDecoder implements Decoder {
  readonly #compression: LayerCompression;
  readonly #stream: Gunzip | ZstdDecompress;
  readonly #sink: (chunk: Buffer) => void;
  #failure: unknown;
  #fail: ((error: unknown) => void) | undefined;
  /** Settled early when zeros follow the compressed data. */
  readonly #ended: Promise<void>;

  constructor(
    compression: LayerCompression,
    stream: Gunzip | ZstdDecompress,
    sink: (chunk: Buffer) => void,
  ) {
    this.#compression = compression;
    this.#stream = stream;
    this.#sink = sink;
    stream.on('data', (chunk: Buffer) => queueMicrotask(() => this.#hand(chunk)));
    this.#ended = new Promise((resolve) => {
      stream.once('end', () => queueMicrotask(resolve));
    });
    stream.on('error', (error) => this.#stop(this.#describe(error)));
  }

  write(chunk: Buffer): Promise<void> {
    return this.#settled((resolve) => this.#stream.write(chunk, () => resolve()));
  }

  async end(): Promise<void> {
    await this.#settled((resolve) => {
      void this.#ended.then(resolve);
      this.#stream.end();
    });
  }

  close(): void {
    this.#stream.destroy();
  }

  #settled(start: (resolve: () => void) => void): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      start(() => (this.#failure === undefined ? resolve() : reject(this.#failure)));
    });
  }

  #hand(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.#sink(chunk);
      release(chunk);
    } catch (error) {
      this.#stop(error);
    }
  }

  #stop(error: unknown): void {
    this.#failure ??= error;
    this.#stream.destroy();
    this.#fail?.(this.#failure);
  }

  #describe(error: Error): Error {
    return jobError(
      'snapshots.invalid-archive',
      { reason: `${this.#compression}: ${error.message}` },
      error,
    );
  }
}

/**
 * Frees the memory of output that was used up. Left to the garbage collector, which sees small objects
 * only, it would pile up. A stream fills a buffer piece by piece and leaves it after its last byte.
 */
function release(chunk: Buffer): void {
  const { buffer } = chunk;
  if (!(buffer instanceof ArrayBuffer)) return;
  if (chunk.byteOffset + chunk.length === buffer.byteLength) buffer.transfer(0);
}

/** All streams of node:zlib have it; the type definitions leave it out for zstd. */
type ResettableZstd = ZstdDecompress & { reset(): void };

/** Starts the decompressor anew for each frame. */
class ZstdDecoder implements Decoder {
  readonly #frames = new ZstdFrames();
  readonly #stream: ResettableZstd;
  readonly #decoder: StreamDecoder;

  constructor(stream: ZstdDecompress, sink: (chunk: Buffer) => void) {
    this.#stream = stream as ResettableZstd;
    this.#decoder = new StreamDecoder('zstd', stream, sink);
  }

  async write(chunk: Buffer): Promise<void> {
    for (const { start, end, endsFrame } of this.#frames.split(chunk)) {
      await this.#decoder.write(chunk.subarray(start, end));
      if (endsFrame) this.#stream.reset();
    }
  }

  async end(): Promise<void> {
    if (!this.#frames.complete) {
      throw jobError('snapshots.invalid-archive', { reason: 'zstd: unexpected end of file' });
    }
  }

  close(): void {
    this.#decoder.close();
  }
}
