import { isEngineError } from '@berth/errors';
import type { Digest } from '@berth/oci';
import type { Snapshotter } from '@berth/snapshots';

/** Sizes of unpacked layers, remembered because layers never change. */
export class LayerSizes {
  readonly #snapshotter: Snapshotter;
  readonly #bytes = new Map<Digest, number>();

  constructor(snapshotter: Snapshotter) {
    this.#snapshotter = snapshotter;
  }

  /** Bytes of one layer; 0 when it is not unpacked. */
  async bytesOf(chainId: Digest): Promise<number> {
    const known = this.#bytes.get(chainId);
    if (known !== undefined) return known;
    try {
      const { bytes } = await this.#snapshotter.layerUsage(chainId);
      this.#bytes.set(chainId, bytes);
      return bytes;
    } catch (error) {
      if (isEngineError(error, 'snapshots.layer-missing')) return 0;
      throw error;
    }
  }

  /** Bytes of several layers, each counted once. */
  async total(chain: Iterable<Digest>): Promise<number> {
    let sum = 0;
    for (const chainId of new Set(chain)) sum += await this.bytesOf(chainId);
    return sum;
  }

  forget(chainId: Digest): void {
    this.#bytes.delete(chainId);
  }
}
