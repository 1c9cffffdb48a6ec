import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Digest } from '@berth/oci';
import { TarFormatError } from '@berth/tar/tar-format-error.ts';
import { type TarHandler, TarReader } from '@berth/tar/tar-reader.ts';
import type { JobContext } from '../worker/job-context.ts';
import { jobError } from '../worker/job-error.ts';
import type { UnpackReply, UnpackRequest } from '../worker/protocol.ts';
import { type ByteSource, FileSource } from './byte-source.ts';
import { detectCompression, magicLength } from './compression.ts';
import { createDecoder } from './decoder.ts';
import { GrowingSource } from './growing-source.ts';
import { TreeWriter } from './tree-writer.ts';

/** Members are checked for form, nothing is written. */
const discard: TarHandler = { entry: () => {}, data: () => {}, entryEnd: () => {} };

/** Reads a layer once: hashes both ways, copies the compressed bytes if asked, unpacks if asked. */
export async function unpackJob(request: UnpackRequest, context: JobContext): Promise<UnpackReply> {
  using resources = new DisposableStack();
  const source = resources.adopt(openSource(request, context), (it) => it.close());
  const copy = resources.adopt(openCopy(request.copyTo), (fd) => fd >= 0 && closeSync(fd));
  const writer = openWriter(request, context);
  resources.defer(() => writer?.close());
  const plain = new PlainSide(writer ?? discard);

  const [head, compression] = await readHead(source, request);
  // Both digests of a plain tar are the same.
  const compressedHash = compression === 'none' ? undefined : createHash('sha256');
  const decoder = resources.adopt(
    createDecoder(compression, (chunk) => plain.write(chunk)),
    (it) => it.close(),
  );
  let size = 0;
  for (let chunk = head; chunk !== undefined; ) {
    const decoded = decoder.write(chunk);
    // A failure here must not leave that of the decoder unhandled.
    decoded?.catch(() => {});
    compressedHash?.update(chunk);
    if (copy >= 0) writeFully(copy, chunk);
    size += chunk.length;
    if (decoded !== undefined) await decoded;
    const pause = context.breathe();
    if (pause !== undefined) await pause;
    context.progress(size);
    const next = source.read();
    chunk = next instanceof Promise ? await next : next;
  }
  await decoder.end();
  plain.finish();
  writer?.finish();
  const diffId = plain.digest();
  return {
    digest: compressedHash === undefined ? diffId : `sha256:${compressedHash.digest('hex')}`,
    size,
    diffId,
    compression,
    usage: writer?.usage ?? { bytes: 0, inodes: 0 },
    warnings: writer?.warnings.toArray() ?? [],
  };
}

/** The uncompressed side: one hash, one parser. */
class PlainSide {
  readonly #hash = createHash('sha256');
  readonly #reader: TarReader;

  constructor(handler: TarHandler) {
    this.#reader = new TarReader(handler);
  }

  write(chunk: Buffer): void {
    this.#hash.update(chunk);
    translated(() => this.#reader.write(chunk));
  }

  finish(): void {
    translated(() => this.#reader.finish());
  }

  digest(): Digest {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}

function translated(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof TarFormatError)) throw error;
    throw jobError('snapshots.invalid-archive', { reason: error.message }, error);
  }
}

/** Reads until the compression can be told. */
async function readHead(source: ByteSource, request: UnpackRequest) {
  let head: Buffer | undefined;
  while ((head?.length ?? 0) < magicLength) {
    const chunk = await source.read();
    if (chunk === undefined) break;
    head = head === undefined ? Buffer.from(chunk) : Buffer.concat([head, chunk]);
  }
  const compression = request.compression ?? detectCompression(head ?? Buffer.alloc(0));
  return [head, compression] as const;
}

function openSource(request: UnpackRequest, context: JobContext): ByteSource {
  const { source, range, growing } = request;
  if (growing) return new GrowingSource(source, () => context.receive());
  if (source !== 'posted') return new FileSource(source, range);
  return { read: () => context.receive(), close: () => {} };
}

function openCopy(path: string | undefined): number {
  if (path === undefined) return -1;
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);
}

function openWriter(request: UnpackRequest, context: JobContext): TreeWriter | undefined {
  if (request.directory === undefined) return undefined;
  return new TreeWriter({
    files: context.files,
    directory: request.directory,
    place: request.place,
    whiteouts: request.whiteouts,
    namespace: request.namespace,
  });
}

function writeFully(fd: number, chunk: Buffer): void {
  for (let done = 0; done < chunk.length; ) done += writeSync(fd, chunk, done);
}
