import { engineError } from '@berth/errors';
import { listCatalog } from './list-catalog.ts';
import { readBody } from './read-body.ts';
import type { SearchOptions, SearchResult } from './registry-client.ts';
import type { RegistryContext } from './registry-context.ts';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { generalFailure } from './registry-failure.ts';
import { isDefaultRegistry } from './registry-host.ts';

/** Docker Hub's search is not on the host of its registry. */
const defaultSearchBase = 'https://index.docker.io/v1';
const defaultLimit = 25;
const mostResults = 100;
const documentLimit = 4 * 1024 * 1024;

/** See `RegistryClient.search`. Registries without a search are searched by their catalog. */
export async function searchImages(
  registry: RegistryContext,
  term: string,
  options: SearchOptions = {},
): Promise<readonly SearchResult[]> {
  const { limit = defaultLimit } = options;
  if (limit < 1 || limit > mostResults) {
    throw invalid(`limit ${limit} is outside the range of [1, ${mostResults}]`);
  }
  const { host, word } = splitTerm(term);
  try {
    const own = await registry.ownEndpoint(host);
    const found = await bySearch(registry, { endpoint: own, host, word, limit, options });
    return found ?? (await byCatalog(registry, { host, word, limit, options }));
  } catch (error) {
    throw generalFailure(error);
  }
}

interface Search {
  readonly host: string;
  readonly word: string;
  readonly limit: number;
  readonly options: SearchOptions;
}

/** `host:5000/word` names a registry, as image names do; `library/word` is `word` (Docker's splitReposName). */
function splitTerm(term: string): { readonly host: string; readonly word: string } {
  if (term.includes('://')) {
    throw invalid(`invalid repository name (ex: "registry.domain.tld/myrepos")`);
  }
  const slash = term.indexOf('/');
  const first = slash < 0 ? '' : term.slice(0, slash);
  const named = slash >= 0 && (/[.:]/.test(first) || first === 'localhost');
  if (named && !isDefaultRegistry(first)) return { host: first, word: term.slice(slash + 1) };
  const word = named ? term.slice(slash + 1) : term;
  return { host: 'docker.io', word: word.replace(/^library\//, '') };
}

async function bySearch(
  registry: RegistryContext,
  { endpoint, host, word, limit, options }: Search & { readonly endpoint: RegistryEndpoint },
): Promise<readonly SearchResult[] | undefined> {
  const { auth = {}, signal } = options;
  const query = String(new URLSearchParams({ q: word, n: String(limit) }));
  const place = searchPlace(endpoint, host, query);
  const answer = await registry.send(place.endpoint, {
    ...{ method: 'GET', target: place.target, signal },
    access: { auth, scopes: ['registry:catalog:search'] },
    accepted: [404, 405],
  });
  const request = { method: 'GET', url: answer.url } as const;
  const { idle } = registry.timeouts;
  const read = { request, idle, signal, limit: documentLimit, what: 'the search result' };
  const bytes = await readBody(answer, read);
  if (answer.status >= 300) {
    if (!isDefaultRegistry(host)) return undefined;
    throw invalid(`Unexpected status code ${answer.status}`);
  }
  return resultsOf(bytes).slice(0, limit);
}

/**
 * Whom to ask, and for what. When the configuration puts another server in the place of Docker Hub, its
 * credentials, headers and trust are not for the search of Docker Hub: that is a URL elsewhere.
 */
export function searchPlace(
  endpoint: RegistryEndpoint,
  host: string,
  query: string,
): { readonly endpoint: RegistryEndpoint; readonly target: string | URL } {
  const target = `search?${query}`;
  if (!isDefaultRegistry(host)) {
    return { endpoint: { ...endpoint, base: endpoint.base.replace(/\/v2$/, '/v1') }, target };
  }
  if (endpoint.mirror) return { endpoint, target: new URL(`${defaultSearchBase}/${target}`) };
  return { endpoint: { ...endpoint, base: defaultSearchBase }, target };
}

async function byCatalog(
  registry: RegistryContext,
  { host, word, limit, options }: Search,
): Promise<readonly SearchResult[]> {
  const found: SearchResult[] = [];
  for await (const name of listCatalog(registry, host, options)) {
    if (!name.includes(word.toLowerCase())) continue;
    found.push({ name, description: '', stars: 0, official: false, automated: false });
    if (found.length === limit) break;
  }
  return found;
}

function resultsOf(bytes: Buffer): SearchResult[] {
  let results: unknown;
  try {
    results = (JSON.parse(bytes.toString('utf8')) as { results?: unknown } | null)?.results;
  } catch {
    results = undefined;
  }
  if (!Array.isArray(results)) {
    const request = 'Search';
    throw engineError('registry.invalid-answer', { request, reason: 'it has no results' });
  }
  return results.flatMap((item: unknown) => {
    const entry = (typeof item === 'object' && item !== null ? item : {}) as Record<
      string,
      unknown
    >;
    if (typeof entry['name'] !== 'string') return [];
    return [
      {
        name: entry['name'],
        description: typeof entry['description'] === 'string' ? entry['description'] : '',
        stars: Number.isSafeInteger(entry['star_count']) ? Number(entry['star_count']) : 0,
        official: entry['is_official'] === true,
        automated: entry['is_automated'] === true,
      },
    ];
  });
}

function invalid(reason: string): Error {
  return engineError('registry.invalid-search', { reason });
}
