import {
  bestPlatform,
  type Descriptor,
  formatPlatform,
  isIndexType,
  type Platform,
  platformRank,
} from '@berth/oci';

/** A manifest below the image's target, and whether all of it is here. */
export interface PushCandidate {
  readonly descriptor: Descriptor;
  readonly kind: 'image' | 'attestation' | 'unknown';
  readonly platform?: Platform;
  readonly present: boolean;
}

/** What goes to the registry for an image. */
export type PushChoice =
  /** The target with everything below it; `complete` unless the registry must have some of it. */
  | { readonly kind: 'target'; readonly complete: boolean }
  /** One platform; `instead` of the index because the others are not here. */
  | { readonly kind: 'platform'; readonly descriptor: Descriptor; readonly instead: boolean }
  | { readonly kind: 'missing'; readonly wanted: string };

/**
 * A lone manifest, and an index that is here with all it lists, go as they are. Of an index with one
 * platform here that platform goes alone; with several the index goes, for the registry may have the others.
 */
export function choosePush(
  target: Descriptor,
  candidates: readonly PushCandidate[],
  wanted: Platform | undefined,
): PushChoice {
  const images = candidates.filter(({ kind, present }) => kind !== 'attestation' && present);
  const complete = candidates.every(({ present }) => present);
  if (wanted !== undefined) return chooseWanted(images, wanted);
  if (!isIndexType(target.mediaType) || complete) return { kind: 'target', complete };
  const [only, ...others] = images;
  if (only === undefined) return { kind: 'missing', wanted: 'any platform' };
  if (others.length > 0) return { kind: 'target', complete: false };
  return { kind: 'platform', descriptor: only.descriptor, instead: true };
}

function chooseWanted(images: readonly PushCandidate[], wanted: Platform): PushChoice {
  const matching = images.filter(
    ({ platform }) =>
      platform !== undefined && platformRank(wanted, platform, 'exact') !== undefined,
  );
  const platforms = matching.map(({ platform }) => platform!);
  const best = bestPlatform(wanted, platforms, { strictness: 'exact' });
  if (best === undefined) return { kind: 'missing', wanted: formatPlatform(wanted) };
  return { kind: 'platform', descriptor: matching[best]!.descriptor, instead: false };
}
