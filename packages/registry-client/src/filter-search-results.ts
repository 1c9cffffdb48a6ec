import { engineError } from '@berth/errors';
import type { SearchResult } from './registry-client.ts';

const known = new Set(['is-automated', 'is-official', 'stars']);

/** The filters of a search, checked; see docs of `docker search --filter`. */
export interface SearchFilter {
  readonly official?: boolean;
  readonly automated?: boolean;
  readonly stars: number;
}

/** Reads filters. Fails with registry.invalid-search and Docker's texts. */
export function readSearchFilter(
  filters: Readonly<Record<string, readonly string[]>>,
): SearchFilter {
  for (const name of Object.keys(filters)) {
    if (!known.has(name)) throw invalid(`invalid filter '${name}'`);
  }
  const stars = (filters['stars'] ?? []).map((text) => {
    if (!/^[+-]?\d+$/.test(text)) throw invalid(`invalid filter 'stars=${text}'`);
    return Number(text);
  });
  const official = truth(filters, 'is-official');
  const automated = truth(filters, 'is-automated');
  return {
    stars: Math.max(0, ...stars),
    ...(official === undefined ? {} : { official }),
    ...(automated === undefined ? {} : { automated }),
  };
}

export function filterSearchResults(
  results: readonly SearchResult[],
  { official, automated, stars }: SearchFilter,
): SearchResult[] {
  return results.filter(
    (result) =>
      (official === undefined || result.official === official) &&
      (automated === undefined || result.automated === automated) &&
      result.stars >= stars,
  );
}

/** The words that Docker takes for true and false; both at once mean that nothing is filtered. */
function truth(
  filters: Readonly<Record<string, readonly string[]>>,
  name: string,
): boolean | undefined {
  const values = (filters[name] ?? []).map((text) => {
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    throw invalid(`invalid filter '${name}=${text}'`);
  });
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

function invalid(reason: string): Error {
  return engineError('registry.invalid-search', { reason });
}
