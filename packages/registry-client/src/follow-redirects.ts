import { engineError } from '@berth/errors';
import { type HttpAnswer, type HttpRequest, requestName } from './http-exchange.ts';
import type { HttpTransport } from './http-transport.ts';
import { discardBody } from './read-body.ts';
import type { Trust } from './trust.ts';

const mostRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Headers that are for the registry alone. */
const personal = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * Sends a request without a streamed body and follows where it is led. Credentials and configured headers stay with the
 * host and scheme that they were given for; `trustFor` says how another host is judged.
 */
export async function sendFollowing(
  transport: HttpTransport,
  request: HttpRequest,
  trustFor: (host: string) => Promise<Trust>,
): Promise<HttpAnswer> {
  let current = request;
  for (let count = 0; ; count++) {
    const answer = await transport.send(current);
    const { location } = answer.headers;
    if (!redirects.has(answer.status) || location === undefined) return answer;
    discardBody(answer);
    if (count >= mostRedirects) throw invalid(request, `more than ${mostRedirects} redirects`);
    current = await redirected(current, location, trustFor);
  }
}

async function redirected(
  request: HttpRequest,
  location: string,
  trustFor: (host: string) => Promise<Trust>,
): Promise<HttpRequest> {
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalid(request, 'the redirect leads to something else than HTTP');
  }
  if (url.origin === request.url.origin) return { ...request, url };
  const kept = Object.entries(request.headers ?? {}).filter(
    ([name]) => !personal.has(name) && /^(accept|range|if-range)/.test(name),
  );
  return { ...request, url, headers: Object.fromEntries(kept), trust: await trustFor(url.host) };
}

function invalid(request: HttpRequest, reason: string): Error {
  return engineError('registry.invalid-answer', { request: requestName(request), reason });
}
