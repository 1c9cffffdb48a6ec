import { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { Processes } from '@berth/kernel';
import type {
  FileDescription,
  GrowingFile,
  LayerTransfer,
  PackOptions,
  ProgramCompression,
  UnpackOptions,
  UnpackResult,
} from './layer-transfer.ts';
import { PackStream } from './pack/pack-stream.ts';
import type { OverlayNamespace } from './tree/overlay-names.ts';
import { withoutProgramCompression } from './unpack/plain-stream.ts';
import { PostedSource } from './unpack/posted-source.ts';
import { decodeWithProgram } from './unpack/program-decoder.ts';
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
  /** Starts the programs for xz and bzip2; without it these are refused. */
  readonly processes?: Pick<Processes, 'spawn'>;
}

/** A LayerTransfer over worker threads. */
export class WorkerLayerTransfer implements LayerTransfer {
  readonly #pool: WorkerPool;
  readonly #ownsPool: boolean;
  readonly #namespace: OverlayNamespace;
  readonly #processes: Pick<Processes, 'spawn'> | undefined;

  constructor(options: WorkerLayerTransferOptions = {}) {
    this.#pool = options.pool ?? new WorkerPool(options);
    this.#ownsPool = options.pool === undefined;
    this.#namespace = options.namespace ?? 'trusted';
    this.#processes = options.processes;
  }

  async unpack(options: UnpackOptions): Promise<UnpackResult> {
    const { source, range } = options;
    if (typeof source !== 'string' && range !== undefined) {
      throw new Error('a byte range needs a file as source');
    }
    const posted = source instanceof Readable ? new PostedSource(this.#plain(source)) : undefined;
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

  decompress(
    compression: ProgramCompression,
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Buffer> {
    if (this.#processes === undefined) {
      throw engineError('snapshots.unsupported-compression', { compression });
    }
    return decodeWithProgram(this.#processes, compression, source);
  }

  #plain(source: Readable): Readable {
    if (this.#processes === undefined) return source;
    return withoutProgramCompression(source, (...call) => this.decompress(...call));
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

function withoutSignal({ directory, whiteouts, place, base, rootLike, mappings }: PackOptions) {
  return { directory, whiteouts, place, base, rootLike, mappings };
}
