import { normalizePlatform } from './normalize-platform.ts';
import type { Platform } from './platform.ts';

/** `exact` keeps to the wanted architecture; `runnable` adds what its hardware runs too (386 on amd64). */
export type PlatformStrictness = 'exact' | 'runnable';

/**
 * How well `offered` serves `wanted`: 0 is a perfect match, greater is worse, undefined is no match.
 * A machine runs lower variants of its own architecture.
 */
export function platformRank(
  wanted: Platform,
  offered: Platform,
  strictness: PlatformStrictness = 'runnable',
): number | undefined {
  const want = normalizePlatform(wanted);
  const offer = normalizePlatform(offered);
  if (want.os !== offer.os) return undefined;
  const candidates = acceptable(want, strictness);
  const rank = candidates.findIndex(
    ([architecture, variant]) =>
      architecture === offer.architecture && variant === (offer.variant ?? ''),
  );
  return rank < 0 ? undefined : rank;
}

/**
 * The index of the best of `offered`; ties go to the first. With `anyPlatform` something is always
 * chosen from a non-empty list, matching ones first.
 */
export function bestPlatform(
  wanted: Platform,
  offered: readonly Platform[],
  options: { readonly strictness?: PlatformStrictness; readonly anyPlatform?: boolean } = {},
): number | undefined {
  let best: number | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  offered.forEach((platform, index) => {
    const rank = platformRank(wanted, platform, options.strictness);
    if (rank !== undefined && rank < bestRank) {
      best = index;
      bestRank = rank;
    }
  });
  if (best === undefined && options.anyPlatform === true && offered.length > 0) return 0;
  return best;
}

type Candidate = readonly [architecture: string, variant: string];

/** Acceptable architectures, best first. */
function acceptable(want: Platform, strictness: PlatformStrictness): Candidate[] {
  const variant = want.variant ?? '';
  switch (want.architecture) {
    case 'amd64': {
      const own = descending(variant, 1).map((v): Candidate => ['amd64', v === 'v1' ? '' : v]);
      return strictness === 'exact' ? own : [...own, ['386', '']];
    }
    case 'arm64': {
      const own: Candidate[] =
        variant === ''
          ? [['arm64', '']]
          : [
              ['arm64', variant],
              ['arm64', ''],
            ];
      return strictness === 'exact' ? own : [...own, ...armVariants('v8')];
    }
    case 'arm':
      return armVariants(variant === '' ? 'v7' : variant);
    default:
      return variant === ''
        ? [[want.architecture, '']]
        : [
            [want.architecture, variant],
            [want.architecture, ''],
          ];
  }
}

function armVariants(highest: string): Candidate[] {
  return descending(highest, 5).map((variant): Candidate => ['arm', variant]);
}

/** `v3` down to `v<lowest>`; a variant that is not a plain number stands alone. */
function descending(variant: string, lowest: number): string[] {
  const number = variant === '' ? lowest : Number(/^v(\d{1,2})$/.exec(variant)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return [variant];
  const variants: string[] = [];
  for (let n = number; n >= lowest; n--) variants.push(`v${n}`);
  return variants;
}
