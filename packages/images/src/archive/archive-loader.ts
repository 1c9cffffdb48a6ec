import { engineError } from '@berth/errors';
import {
  bestPlatform,
  chainIds,
  type Descriptor,
  type Digest,
  formatPlatform,
  type ImageConfig,
  type ImageManifest,
  type Platform,
  platformRank,
} from '@berth/oci';
import type { LayerCompression, UnpackResult } from '@berth/snapshots';
import type { ImageContext } from '../image-context.ts';
import { allOrFirstFailure, checkDiffId } from '../layer-installer.ts';
import { blobKey } from '../lease-key.ts';
import type { Lease } from '../leases.ts';
import type { StagedBlob } from '../staged-blob.ts';
import { StoredDocuments } from '../stored-documents.ts';
import { type ArchiveMembers, missing, type ResolvedMember } from './archive-members.ts';
import { storedCompression } from './open-archive.ts';

/** An image of an archive, stored completely, before it has a record. */
export interface LoadedImage {
  readonly target: Descriptor;
  /** Fully qualified; empty for an image without a name. */
  readonly names: readonly string[];
}

/** A layer as its image describes it, and where the archive has it. */
export interface LayerSource {
  readonly descriptor: Descriptor;
  readonly member: Exclude<ResolvedMember, { readonly type: 'document' }>;
}

/** What the readers of the archive formats share: members, store, lease and the wanted platforms. */
export class ArchiveLoader {
  readonly members: ArchiveMembers;
  readonly context: ImageContext;
  readonly documents: StoredDocuments;
  readonly #lease: Lease;
  readonly #platforms: readonly Platform[];
  readonly #signal: AbortSignal;

  constructor(options: {
    readonly members: ArchiveMembers;
    readonly context: ImageContext;
    readonly lease: Lease;
    readonly platforms: readonly Platform[];
    readonly signal: AbortSignal;
  }) {
    this.members = options.members;
    this.context = options.context;
    this.documents = new StoredDocuments(options.context.content, options.lease);
    this.#lease = options.lease;
    this.#platforms = options.platforms;
    this.#signal = options.signal;
  }

  /** The bytes of a document that must be in the archive. */
  async document(name: string): Promise<Buffer> {
    const member = this.members.find(name);
    if (member === undefined) throw missing(name);
    if (member.type === 'document') return member.data;
    if (member.type === 'stored') return await this.context.content.readAll(member.digest);
    throw engineError('images.invalid-archive', {
      reason: `${name} is not a JSON document of acceptable size`,
    });
  }

  /** Compression, digest and size of a layer, by its bytes. */
  async describeLayer(name: string): Promise<{
    readonly digest: Digest;
    readonly size: number;
    readonly compression: LayerCompression;
    readonly member: LayerSource['member'];
  }> {
    const member = this.members.find(name);
    if (member === undefined) throw missing(name);
    if (member.type === 'document') {
      const reason = `layer ${name} is not a tar archive`;
      throw engineError('images.invalid-archive', { reason });
    }
    if (member.type === 'stored') {
      const { digest, size } = member;
      const compression = await storedCompression(this.context.content, digest);
      return { digest, size, compression, member };
    }
    const { digest, size, compression } = await member.blob.identify();
    return { digest, size, compression, member };
  }

  wants(platform: Platform): boolean {
    if (this.#platforms.length === 0) return true;
    return this.#platforms.some((wanted) => platformRank(wanted, platform, 'exact') !== undefined);
  }

  /** What is said of an archive whose platforms are all others. */
  noneWanted(present: readonly Platform[]): Error {
    const list = (platforms: readonly Platform[]) => platforms.map(formatPlatform).join(', ');
    return engineError('images.archive-platform-missing', {
      wanted: list(this.#platforms),
      present: list(present),
    });
  }

  /** Of several platforms, which one to unpack now; the others are unpacked when they are used. */
  preferred(platforms: readonly Platform[]): number | undefined {
    return bestPlatform(this.context.hostPlatform, platforms, { anyPlatform: true });
  }

  /** Stores the layers of one platform, checked against its configuration; unpacks them if asked. */
  async storeLayers(
    manifest: ImageManifest,
    config: ImageConfig,
    sources: readonly LayerSource[],
    unpack: boolean,
  ): Promise<void> {
    const diffIds = config.rootfs.diff_ids;
    const chain = chainIds(diffIds);
    const steps = sources.map((source, index) => async () => {
      await this.#storeLayer(source, diffIds[index]!);
      if (!unpack) return;
      await this.#unpackLayer(source, {
        layer: manifest.layers[index]!,
        chainId: chain[index]!,
        parent: chain[index - 1],
        diffId: diffIds[index]!,
      });
    });
    if (this.context.installer.independent) {
      await allOrFirstFailure(steps.map((step) => step()));
    } else {
      for (const step of steps) await step();
    }
  }

  /** Stores a blob that is neither document nor layer, checked against its digest. */
  async storeBlob(descriptor: Descriptor, member: ResolvedMember): Promise<void> {
    await this.#lease.hold(blobKey(descriptor.digest));
    if (member.type === 'stored') return;
    if (member.type === 'document') {
      await this.context.content.put(member.data, descriptor.digest);
    } else {
      await member.blob.commit(descriptor.digest, false);
    }
  }

  async #storeLayer({ descriptor, member }: LayerSource, diffId: Digest): Promise<void> {
    await this.#lease.hold(blobKey(descriptor.digest));
    if (member.type === 'stored') return;
    const result = await member.blob.identify();
    checkResult(member.blob, descriptor, result);
    checkDiffId(descriptor.digest, diffId, result);
    await member.blob.commit(descriptor.digest, true);
  }

  async #unpackLayer(
    { member }: LayerSource,
    layer: {
      readonly layer: Descriptor;
      readonly chainId: Digest;
      readonly parent: Digest | undefined;
      readonly diffId: Digest;
    },
  ): Promise<void> {
    const { installer } = this.context;
    await installer.installLayer(layer.chainId, this.#lease, async () => {
      const draft = member.type === 'staged' ? member.blob.takeDraft() : undefined;
      if (member.type === 'staged' && draft !== undefined) {
        await using _draft = draft;
        const { usage } = await member.blob.identify();
        await draft.commit(layer.chainId, usage);
        return;
      }
      await installer.unpackBlob({ ...layer, lease: this.#lease, signal: this.#signal });
    });
  }
}

function checkResult(blob: StagedBlob, descriptor: Descriptor, result: UnpackResult): void {
  if (result.digest !== descriptor.digest) {
    throw engineError('content.digest-mismatch', {
      expected: descriptor.digest,
      actual: result.digest,
    });
  }
  if (blob.size !== descriptor.size) {
    throw engineError('content.size-mismatch', {
      digest: descriptor.digest,
      expected: descriptor.size,
      actual: blob.size,
    });
  }
}
