import type { BlobInfo, BlobWriter, ContentStore, ResumableWriter } from '@berth/content';
import type { Digest } from '@berth/oci';
import type {
  GrowingFile,
  LayerDraft,
  LayerTransfer,
  Snapshotter,
  UnpackResult,
} from '@berth/snapshots';
import { BlockWriter } from './block-writer.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';

/** What the blobs of one operation share. */
export interface StagingArea {
  readonly content: ContentStore;
  readonly snapshotter: Snapshotter;
  readonly transfer: LayerTransfer;
  readonly limit: ConcurrencyLimit;
  readonly signal: AbortSignal;
  /** Tells how far the reading of a layer is; `name` is that of the blob. */
  readonly onProgress?: (name: string, bytes: number, total: number) => void;
}

/**
 * Bytes in a temporary file of the content store, on their way to become a blob. A layer unpacks while it
 * still comes in, before anything is known about it; a slow unpack does not hold up the source.
 */
export class StagedBlob implements AsyncDisposable, GrowingFile {
  readonly name: string;
  readonly #area: StagingArea;
  readonly #writer: BlobWriter | ResumableWriter;
  /** None for what must be found again after a cut: those bytes go to the file as they come. */
  readonly #blocks: BlockWriter | undefined;
  /** Bytes that are in the file. */
  #received: number;
  #ended = false;
  #grown: (length: number, ended: boolean) => void = () => {};
  #result: Promise<UnpackResult> | undefined;
  #draft: LayerDraft | undefined;
  #committed: Promise<BlobInfo> | undefined;
  #discarded = false;

  private constructor(
    name: string,
    area: StagingArea,
    writer: BlobWriter | ResumableWriter,
    bytes: 'in blocks' | 'as they come',
  ) {
    this.name = name;
    this.#area = area;
    this.#writer = writer;
    this.#received = writer.written;
    this.#blocks =
      bytes === 'in blocks' ? new BlockWriter((block) => this.#append(block)) : undefined;
  }

  static async create(name: string, area: StagingArea): Promise<StagedBlob> {
    const writer = await area.content.createWriter({ hashing: false });
    return new StagedBlob(name, area, writer, 'in blocks');
  }

  /** Goes on with what an earlier attempt has left: `size` tells how much there is. */
  static async resume(digest: Digest, area: StagingArea): Promise<StagedBlob> {
    const writer = await area.content.resumeWriter(digest);
    return new StagedBlob(digest, area, writer, 'as they come');
  }

  get path(): string {
    return this.#writer.path;
  }

  /** Bytes in the file so far; all that came, after `finish`. */
  get size(): number {
    return this.#received;
  }

  onGrowth(listener: (length: number, ended: boolean) => void): void {
    this.#grown = listener;
    listener(this.#received, this.#ended);
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#blocks?.write(chunk) ?? this.#append(chunk);
  }

  /** Chunks as they come, in their order, past the blocks: for what `resume` must find again. */
  async writeAll(chunks: readonly Uint8Array[]): Promise<void> {
    await this.#writer.writeAll(chunks);
    for (const { length } of chunks) this.#received += length;
    this.#grown(this.#received, false);
  }

  /** All bytes came; resolves when they are in the file. */
  async finish(): Promise<void> {
    await this.#blocks?.flush();
    this.#end();
  }

  /** Begins to unpack it as a layer that stands on nothing in particular. */
  beginUnpack(): void {
    this.#result = this.#area.limit.run(() => this.#unpack());
    // Met by whoever uses the blob as a layer; as any other blob it need not unpack.
    this.#result.catch(() => undefined);
  }

  /** Both digests of the blob as a layer. Call after `finish`. */
  identify(): Promise<UnpackResult> {
    this.#result ??= this.#area.limit.run(() => this.#read());
    return this.#result;
  }

  /** The unpacked layer, for the first who asks. Call after `identify` has resolved. */
  takeDraft(): LayerDraft | undefined {
    const draft = this.#draft;
    this.#draft = undefined;
    return draft;
  }

  /** Makes it a blob, once. `trusted` when `digest` comes from `identify`. */
  commit(digest: Digest, trusted: boolean): Promise<BlobInfo> {
    this.#committed ??= this.#writer.commit({ digest, trusted });
    return this.#committed;
  }

  /** Lets disposing drop what `resume` would find otherwise. */
  discard(): void {
    this.#discarded = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.#blocks?.flush().catch(() => undefined);
    // Whoever reads the file, or is about to, would wait for more.
    if (!this.#ended) this.#end();
    await this.#result?.catch(() => undefined);
    await this.#committed?.catch(() => undefined);
    await this.#draft?.[Symbol.asyncDispose]();
    if (this.#discarded && 'discard' in this.#writer) await this.#writer.discard();
    await this.#writer[Symbol.asyncDispose]();
  }

  #end(): void {
    this.#ended = true;
    this.#grown(this.#received, true);
  }

  async #append(block: Uint8Array): Promise<void> {
    await this.#writer.write(block);
    this.#received += block.length;
    this.#grown(this.#received, false);
  }

  async #unpack(): Promise<UnpackResult> {
    this.#area.signal.throwIfAborted();
    this.#draft = await this.#area.snapshotter.createLayer(undefined);
    return await this.#read(this.#draft);
  }

  async #read(draft?: LayerDraft): Promise<UnpackResult> {
    const { transfer, signal, onProgress } = this.#area;
    return await transfer.unpack({
      source: this.#ended ? this.path : this,
      ...(draft === undefined ? {} : { directory: draft.directory, whiteouts: draft.whiteouts }),
      signal,
      onProgress: (bytes) => onProgress?.(this.name, bytes, this.size),
    });
  }
}
