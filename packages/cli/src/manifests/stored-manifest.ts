import { type Descriptor, isIndexType, mediaTypes, type Platform } from '@berth/oci';
import { CommandError } from '../usage-error.ts';

/** A manifest as Docker's command line keeps and shows it (docker/cli ImageManifest). */
export interface StoredManifest {
  readonly Ref: string;
  readonly Descriptor: Descriptor;
  /** The manifest's bytes in base64. */
  readonly Raw?: string;
  readonly SchemaV2Manifest?: unknown;
  readonly OCIManifest?: unknown;
}

export function storedManifest(
  reference: string,
  descriptor: Descriptor,
  bytes: Buffer,
): StoredManifest {
  const document: unknown = JSON.parse(bytes.toString('utf8'));
  const docker = descriptor.mediaType === mediaTypes.dockerManifest;
  return {
    Ref: reference,
    Descriptor: descriptor,
    Raw: bytes.toString('base64'),
    ...(docker ? { SchemaV2Manifest: document } : { OCIManifest: document }),
  };
}

/** The bytes that have the descriptor's digest. */
export function manifestBytes(manifest: StoredManifest): Buffer {
  if (manifest.Raw) return Buffer.from(manifest.Raw, 'base64');
  throw new CommandError(`the stored manifest ${manifest.Ref} has no content: create it again`);
}

/** The text of a list of manifests, byte for byte as Docker makes it, so that digests are the same. */
export function manifestListText(descriptors: readonly Descriptor[]): string {
  const first = descriptors[0]?.mediaType;
  const oci = first === mediaTypes.ociManifest || first === mediaTypes.ociIndex;
  const list = {
    schemaVersion: 2,
    mediaType: oci ? mediaTypes.ociIndex : mediaTypes.dockerManifestList,
    manifests: descriptors.map(({ mediaType, size, digest, platform }) => ({
      mediaType,
      size,
      digest,
      platform: orderedPlatform(platform ?? { os: '', architecture: '' }),
    })),
  };
  return JSON.stringify(list, undefined, 3);
}

/** A platform with its fields in Docker's order. */
export function orderedPlatform(platform: Platform): Platform {
  const { architecture, os, variant } = platform;
  const version = platform['os.version'];
  const features = platform['os.features'];
  return {
    architecture,
    os,
    ...(version ? { 'os.version': version } : {}),
    ...(features?.length ? { 'os.features': features } : {}),
    ...(variant ? { variant } : {}),
  };
}

export function listMediaType(text: string): string {
  const { mediaType } = JSON.parse(text) as { mediaType: string };
  return isIndexType(mediaType) ? mediaType : mediaTypes.ociIndex;
}
