import { Readable } from 'node:stream';
import type { LayerTransfer } from '../layer-transfer.ts';
import { isProgramCompression, magicLength, sniffCompression } from './compression.ts';

/** A stream whose first bytes were looked at. */
export interface PeekedStream {
  readonly head: Buffer;
  /** All bytes, those of the head included. */
  readonly all: AsyncGenerator<Buffer>;
}

/** Takes enough of a stream to tell its compression. */
export async function peek(source: Readable): Promise<PeekedStream> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (head.length < magicLength && !ended) {
    const next = await chunks.next();
    if (next.done === true) ended = true;
    else head = head.length === 0 ? Buffer.from(next.value) : Buffer.concat([head, next.value]);
  }
  return { head, all: rest(head, ended, chunks, source) };
}

async function* rest(
  head: Buffer,
  ended: boolean,
  chunks: AsyncIterator<Buffer>,
  source: Readable,
): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    while (!ended) {
      const next = await chunks.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    source.destroy();
  }
}

/**
 * The stream with a compression that takes a program taken off, and any other left as it is. Destroying it destroys
 * the source.
 */
export function withoutProgramCompression(
  source: Readable,
  decompress: LayerTransfer['decompress'],
): Readable {
  async function* plain(): AsyncGenerator<Buffer> {
    const { head, all } = await peek(source);
    const compression = sniffCompression(head);
    yield* isProgramCompression(compression) ? decompress(compression, all) : all;
  }
  const stream = Readable.from(plain(), { objectMode: false });
  stream.once('close', () => source.destroy());
  return stream;
}
