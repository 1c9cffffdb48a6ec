import {
  bestPlatform,
  type Descriptor,
  isIndexType,
  isManifestType,
  type Platform,
} from '@berth/oci';
import { attestationAnnotation } from '../image-graph.ts';

/** Which manifest of an index to take, or which to look into because the index does not say enough. */
export type Selection =
  | { readonly kind: 'chosen'; readonly descriptor: Descriptor }
  | { readonly kind: 'look-into'; readonly descriptors: readonly Descriptor[] }
  | { readonly kind: 'none' };

/** Manifests without a platform that are worth a look each; an index with more is refused. */
const lookLimit = 32;

/**
 * The manifest of an index for a platform. What names its platform is preferred; of what does not, and of
 * indexes in the index, one must look into each. `exact` keeps to the architecture that was asked for.
 */
export function selectManifest(
  manifests: readonly Descriptor[],
  wanted: Platform,
  strictness: 'exact' | 'runnable',
): Selection {
  const images = manifests.filter(
    ({ mediaType, annotations }) =>
      (isManifestType(mediaType) || isIndexType(mediaType)) &&
      annotations?.[attestationAnnotation] === undefined,
  );
  const told = images.filter(
    ({ mediaType, platform }) => isManifestType(mediaType) && saysPlatform(platform),
  );
  const platforms = told.map(({ platform }) => platform!);
  const best = bestPlatform(wanted, platforms, { strictness });
  if (best !== undefined) return { kind: 'chosen', descriptor: told[best]! };
  const silent = images.filter((descriptor) => !told.includes(descriptor));
  if (silent.length === 0 || silent.length > lookLimit) return { kind: 'none' };
  return { kind: 'look-into', descriptors: silent };
}

function saysPlatform(platform: Platform | undefined): boolean {
  return platform !== undefined && platform.os !== '' && platform.architecture !== '';
}
