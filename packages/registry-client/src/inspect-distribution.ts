import { engineError, isEngineError } from '@berth/errors';
import {
  DecodeError,
  type Descriptor,
  decodeConfigPlatform,
  decodeIndex,
  decodeManifest,
  isConfigType,
  isIndexType,
  isManifestType,
  type Platform,
} from '@berth/oci';
import type { CallOptions, RemoteManifest, RemoteRepository } from './registry-client.ts';

export interface Distribution {
  readonly descriptor: Descriptor;
  /** Of an index those of its manifests, of an image its own; empty for other artifacts. */
  readonly platforms: readonly Platform[];
}

/** What a registry says about a tag or digest without pulling it. */
export async function inspectDistribution(
  repository: RemoteRepository,
  reference: string,
  options: CallOptions = {},
): Promise<Distribution> {
  const manifest = await repository.manifest(reference, options);
  const { descriptor } = manifest;
  try {
    return { descriptor, platforms: await platformsOf(repository, manifest, options) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const request = `manifest ${descriptor.digest}`;
    throw engineError(
      'registry.invalid-answer',
      { request, reason: error.message },
      { cause: error },
    );
  }
}

async function platformsOf(
  repository: RemoteRepository,
  { descriptor, bytes }: RemoteManifest,
  options: CallOptions,
): Promise<readonly Platform[]> {
  if (isIndexType(descriptor.mediaType)) {
    return decodeIndex(bytes).manifests.flatMap(({ platform }) => platform ?? []);
  }
  if (!isManifestType(descriptor.mediaType)) return [];
  const { config } = decodeManifest(bytes);
  if (!isConfigType(config.mediaType)) return [];
  try {
    return [decodeConfigPlatform(await repository.blob(config, options))];
  } catch (error) {
    // The descriptor alone is of use too: clients resolve digests with it.
    if (isEngineError(error, 'registry.blob-unknown')) return [];
    throw error;
  }
}
