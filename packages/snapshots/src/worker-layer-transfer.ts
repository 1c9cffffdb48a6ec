import { Readable } from 'node:stream';
import type {
  FileDescription,
  GrowingFile,
  LayerTransfer,
  PackOptions,
  UnpackOptions,
  UnpackResult,
} from './layer-transfer.ts';
import { PackStream } from './pack/pack-stream.ts';
import type { OverlayNamespace } from './tree/overlay-names.ts';
import { PostedSource } from './unpack/posted-source.ts';
import type { UnpackRequest } from './worker/protocol.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker/worker-pool.ts';
import type { RunningJob } from './worker/worker-thread.ts';

/** A growing file is announced in steps of so many bytes. */
const growthStep = 1 << 20;

export interface WorkerLayerTransferOptions extends WorkerPoolOptions {
  /** Shared threads; disposing leaves them running. */
  readonly pool?: WorkerPool;
  /** Where overlay marks are kept: `user` when overlay file systems are mounted with `userxattr`. */
  readonly namespace?: OverlayNamespace;
}

/** A LayerTransfer over worker threads. */
export class WorkerLayerTransfer implements LayerTransfer {
  readonly #pool: WorkerPool;
  readonly #ownsPool: boolean;
  readonly #namespace: OverlayNamespace;

  constructor(options: WorkerLayerTransferOptions = {}) {
    this.#pool = options.pool ?? new WorkerPool(options);
    this.#ownsPool = options.pool === undefined;
    this.#namespace = options.namespace ?? 'trusted';
  }

  async unpack(options: UnpackOptions): Promise<UnpackResult> {
    const { source, range } = options;
    if (typeof source !== 'string' && range !== undefined) {
      throw new Error('a byte range needs a file as source');
    }
    const posted = source instanceof Readable ? new PostedSource(source) : undefined;
    let taken = 0;
    const report = (bytes: number) => {
      taken = bytes;
      posted?.taken(bytes);
      options.onProgress?.(bytes);
    };
    const job = this.#pool.start<'unpack'>(
      {
        kind: 'unpack',
        ...sourceOf(source),
        compression: options.compression,
        range,
        directory: options.directory,
        place: options.place,
        whiteouts: options.whiteouts,
        namespace: this.#namespace,
        copyTo: options.copyTo,
      },
      { onProgress: report },
      options.signal,
    );
    if (typeof source === 'object' && 'onGrowth' in source) announceGrowth(source, job);
    const { warnings, ...reply } = posted === undefined ? await job.result : await posted.feed(job);
    if (taken < reply.size) options.onProgress?.(reply.size);
    return warnings.length === 0 ? reply : { ...reply, warnings };
  }

  pack(options: PackOptions): Readable {
    const request = {
      kind: 'pack',
      namespace: this.#namespace,
      ...withoutSignal(options),
    } as const;
    return new PackStream(this.#pool, request, options.signal);
  }

  async describe(directory: string, path: string): Promise<FileDescription | undefined> {
    return await this.#pool.run<'describe'>({ kind: 'describe', directory, path });
  }

  async resolve(directory: string, path: string): Promise<string | undefined> {
    return await this.#pool.run<'resolve'>({ kind: 'resolve', directory, path });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownsPool) await this.#pool[Symbol.asyncDispose]();
  }
}

function sourceOf(source: UnpackOptions['source']): Pick<UnpackRequest, 'source' | 'growing'> {
  if (typeof source === 'string') return { source, growing: false };
  if (source instanceof Readable) return { source: 'posted', growing: false };
  return { source: source.path, growing: true };
}

/** Lengths travel as text in chunks; seldom enough to cost nothing. */
function announceGrowth(file: GrowingFile, job: RunningJob<'unpack'>): void {
  let announced = 0;
  file.onGrowth((length, ended) => {
    if (length > announced && (ended || length - announced >= growthStep)) {
      announced = length;
      job.send(new TextEncoder().encode(String(length)));
    }
    if (ended) job.end();
  });
}

function withoutSignal({ directory, whiteouts, place, base, rootLike }: PackOptions) {
  return { directory, whiteouts, place, base, rootLike };
}
