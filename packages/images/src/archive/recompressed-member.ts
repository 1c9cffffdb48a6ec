import { PassThrough } from 'node:stream';
import type { LayerTransfer } from '@berth/snapshots';
import type { StagedBlob } from '../staged-blob.ts';
import { storable } from '../storable-layer.ts';

/** A layer of an archive, compressed as no layer may be, on its way into a blob that may. */
export class RecompressedMember implements Disposable {
  readonly #input = new PassThrough();
  readonly #done: Promise<void>;

  constructor(blob: StagedBlob, transfer: Pick<LayerTransfer, 'decompress'>) {
    this.#done = this.#pump(blob, transfer);
    // Met by the next write, or at the end.
    this.#done.catch(() => undefined);
  }

  /** Takes a copy. Fails when the layer cannot be decompressed. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#input.destroyed) return await this.#done;
    if (this.#input.write(Buffer.from(chunk))) return;
    const drained = new Promise<void>((resolve) => this.#input.once('drain', resolve));
    await Promise.race([drained, this.#done]);
  }

  async end(): Promise<void> {
    this.#input.end();
    await this.#done;
  }

  [Symbol.dispose](): void {
    this.#input.destroy();
  }

  async #pump(blob: StagedBlob, transfer: Pick<LayerTransfer, 'decompress'>): Promise<void> {
    for await (const chunk of storable(this.#input, transfer)) await blob.write(chunk);
  }
}
