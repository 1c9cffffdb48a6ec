import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { ContentStore } from '@berth/content';
import { EngineError, engineError, errnoOf } from '@berth/errors';
import type { Digest } from '@berth/oci';
import type { LayerCompression, LayerTransfer } from '@berth/snapshots';
import {
  detectCompression,
  isProgramCompression,
  magicLength,
  sniffCompression,
} from '@berth/snapshots/unpack/compression.ts';
import { peek } from '@berth/snapshots/unpack/plain-stream.ts';
import { JobError } from '@berth/snapshots/worker/job-error.ts';

const outputSize = 256 << 10;

/**
 * The plain bytes of an archive that may be compressed as a whole with gzip, zstd, xz or bzip2. Ends with
 * images.invalid-archive when the compressed stream is damaged; the source is destroyed in any case.
 */
export async function* openArchive(
  source: Readable,
  decompress: LayerTransfer['decompress'],
): AsyncGenerator<Buffer> {
  try {
    const { head, all } = await peek(source);
    const compression = sniffCompression(head);
    if (compression === 'none') yield* all;
    else if (isProgramCompression(compression)) yield* decompress(compression, all);
    else yield* decoded(decoderFor(compression), all);
  } finally {
    source.destroy();
  }
}

function decoderFor(compression: 'gzip' | 'zstd'): Decoder {
  const options = { chunkSize: outputSize };
  return compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
}

/** How a blob of the store is compressed. */
export async function storedCompression(
  content: ContentStore,
  digest: Digest,
): Promise<LayerCompression> {
  const size = (await content.info(digest))?.size ?? 0;
  if (size < magicLength) return 'none';
  const head = await content.read(digest, [0, magicLength - 1]);
  return compressionOf(Buffer.concat(await head.toArray()));
}

type Decoder = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;

async function* decoded(decoder: Decoder, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let sourceFailure: unknown;
  const feeding = feed(decoder, chunks).catch((error: unknown) => {
    sourceFailure = error;
    decoder.destroy(error as Error);
  });
  try {
    yield* decoder as AsyncIterable<Buffer>;
  } catch (error) {
    if (sourceFailure !== undefined) throw sourceFailure;
    throw decoderFailure(error);
  } finally {
    decoder.destroy();
    await feeding;
  }
}

async function feed(decoder: Decoder, chunks: AsyncGenerator<Buffer>): Promise<void> {
  for await (const chunk of chunks) {
    if (decoder.destroyed) return;
    await write(decoder, chunk);
  }
  decoder.end();
}

async function write(decoder: Decoder, chunk: Buffer): Promise<void> {
  if (decoder.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      decoder.off('drain', done);
      decoder.off('close', done);
      resolve();
    };
    decoder.on('drain', done);
    decoder.on('close', done);
  });
}

function compressionOf(head: Buffer): LayerCompression {
  try {
    return detectCompression(head);
  } catch (error) {
    if (error instanceof JobError) throw new EngineError(error.code, error.details);
    throw error;
  }
}

/** Codes of zlib are no errno names of system calls. */
function decoderFailure(error: unknown): unknown {
  const code = errnoOf(error) ?? (error as { code?: string }).code ?? '';
  if (!/^(Z_|ZSTD_|ERR_)/.test(code)) return error;
  const reason = `the compressed stream is damaged (${(error as Error).message})`;
  return engineError('images.invalid-archive', { reason }, { cause: error });
}
