import { engineError } from '@berth/errors';
import type { AccessRequest } from './authorizer.ts';
import { type HttpAnswer, requestName } from './http-exchange.ts';
import { readBody } from './read-body.ts';
import type { RegistryContext } from './registry-context.ts';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { withRetries } from './retry.ts';

const pageLimit = 16 * 1024 * 1024;
/** Far more pages than any registry has; a registry that always names a next one ends here. */
const mostPages = 10_000;

export interface PagesRequest {
  readonly endpoint: RegistryEndpoint;
  /** Below `/v2/`, with query. */
  readonly target: string;
  readonly access: AccessRequest;
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly accepted?: readonly number[];
}

export interface Page {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly document: Readonly<Record<string, unknown>>;
}

/** The JSON documents of a list, following `Link: <…>; rel="next"` on the same host. */
export async function* readPages(
  registry: RegistryContext,
  request: PagesRequest,
): AsyncGenerator<Page> {
  const { signal } = request;
  const seen = new Set<string>();
  let target: string | URL = request.target;
  for (let count = 0; count < mostPages; count++) {
    const wanted = target;
    const { page, url } = await withRetries(
      { attempts: registry.attempts, signal, pause: registry.pause },
      () => readPage(registry, request, wanted),
    );
    yield page;
    const next = nextPage(page.headers.link, url);
    if (next === undefined || seen.has(next.href)) return;
    seen.add(next.href);
    target = next;
  }
}

async function readPage(
  registry: RegistryContext,
  { endpoint, access, what, headers = {}, signal, accepted = [] }: PagesRequest,
  target: string | URL,
): Promise<{ page: Page; url: URL }> {
  const sent = { method: 'GET', target, headers, access, signal, accepted } as const;
  const answer = await registry.send(endpoint, sent);
  const request = { method: 'GET', url: answer.url } as const;
  const { idle } = registry.timeouts;
  const bytes = await readBody(answer, { request, idle, signal, what, limit: pageLimit });
  const page = { status: answer.status, headers: answer.headers };
  if (answer.status >= 300) return { page: { ...page, document: {} }, url: answer.url };
  return { page: { ...page, document: parse(bytes, requestName(request)) }, url: answer.url };
}

function parse(bytes: Buffer, request: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw engineError('registry.invalid-answer', { request, reason: 'it is not JSON' });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw engineError('registry.invalid-answer', { request, reason: 'it is not an object' });
  }
  return value as Readonly<Record<string, unknown>>;
}

function nextPage(link: string | string[] | undefined, url: URL): URL | undefined {
  const match = /<([^>]{1,8192})>\s*;[^,]*\brel="?next"?/i.exec(String(link ?? ''));
  const target = match?.[1];
  if (target === undefined || !URL.canParse(target, url.href)) return undefined;
  const next = new URL(target, url);
  return next.host === url.host ? next : undefined;
}

/** The texts of a list in a document; anything else in it is left out. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
