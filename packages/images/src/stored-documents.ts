import type { ContentStore } from '@berth/content';
import { type Descriptor, type Digest, type ImageConfig, mediaTypes, sha256Of } from '@berth/oci';
import { blobKey } from './lease-key.ts';
import type { Lease } from './leases.ts';

/** Puts documents into the store, leased before they exist so that nothing collects them. */
export class StoredDocuments {
  readonly #content: ContentStore;
  readonly #lease: Lease;

  constructor(content: ContentStore, lease: Lease) {
    this.#content = content;
    this.#lease = lease;
  }

  async put(data: Uint8Array, mediaType: string): Promise<Descriptor> {
    const digest: Digest = sha256Of(data);
    await this.#lease.hold(blobKey(digest));
    if (!(await this.#content.has(digest))) await this.#content.put(data, digest);
    return { mediaType, digest, size: data.length };
  }

  /** Stores configuration and manifest of an OCI image; returns the manifest's descriptor. */
  async putImage(config: ImageConfig, layers: readonly Descriptor[]): Promise<Descriptor> {
    const data = Buffer.from(JSON.stringify(config));
    return await this.putManifest(await this.put(data, mediaTypes.ociConfig), layers);
  }

  async putManifest(
    config: Descriptor,
    layers: readonly Descriptor[],
    mediaType: string = mediaTypes.ociManifest,
  ): Promise<Descriptor> {
    const manifest = { schemaVersion: 2, mediaType, config, layers };
    return await this.put(Buffer.from(JSON.stringify(manifest)), mediaType);
  }
}
