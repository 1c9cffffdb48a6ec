import { engineError } from '@berth/errors';
import { readAnswerFailure } from './answer-failure.ts';
import { sendFollowing } from './follow-redirects.ts';
import { type HttpAnswer, type HttpRequest, requestName } from './http-exchange.ts';
import type { HttpTransport } from './http-transport.ts';
import { discardBody, readBody } from './read-body.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { Token } from './token-cache.ts';
import type { Trust } from './trust.ts';

export interface TokenRequestOptions {
  readonly transport: HttpTransport;
  readonly realm: URL;
  readonly service: string;
  readonly scopes: readonly string[];
  readonly auth: RegistryAuth;
  readonly trust: Trust;
  readonly trustFor: (host: string) => Promise<Trust>;
  readonly idle: number;
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  /** Asks for an identity token too (a login). */
  readonly offline?: boolean;
}

export interface TokenAnswer extends Token {
  /** A token to be kept in place of the password, or empty. */
  readonly identityToken: string;
}

const clientId = 'berth';
const documentLimit = 256 * 1024;
const shortestLifetimeSeconds = 60;

/**
 * Gets a bearer token as distribution's documents describe it: with an identity token by POST (oauth2), else by GET with
 * basic authentication, and by POST where a server has no GET. Fails with AnswerFailure or an EngineError.
 */
export async function requestToken(options: TokenRequestOptions): Promise<TokenAnswer> {
  if (options.auth.identityToken) return readToken(options, postRequest(options));
  const request = getRequest(options);
  const answer = await sendFollowing(options.transport, request, options.trustFor);
  if (answer.status !== 404 && answer.status !== 405) return tokenOf(options, request, answer);
  if (!options.auth.username) return tokenOf(options, request, answer);
  discardBody(answer);
  return readToken(options, postRequest(options));
}

function getRequest(options: TokenRequestOptions): HttpRequest {
  const { realm, service, scopes, auth, trust, signal, offline } = options;
  const url = new URL(realm);
  if (service !== '') url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (auth.username) url.searchParams.set('account', auth.username);
  if (offline) {
    url.searchParams.set('offline_token', 'true');
    url.searchParams.set('client_id', clientId);
  }
  const headers: Record<string, string> = auth.username ? { authorization: basicHeader(auth) } : {};
  return { method: 'GET', url, headers, trust, signal };
}

function postRequest(options: TokenRequestOptions): HttpRequest {
  const { realm, service, scopes, auth, trust, signal, offline } = options;
  const form = new URLSearchParams({ client_id: clientId, service, scope: scopes.join(' ') });
  if (scopes.length === 0) form.delete('scope');
  if (offline) form.set('access_type', 'offline');
  if (auth.identityToken) {
    form.set('grant_type', 'refresh_token');
    form.set('refresh_token', auth.identityToken);
  } else {
    form.set('grant_type', 'password');
    form.set('username', auth.username ?? '');
    form.set('password', auth.password ?? '');
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    ...{ method: 'POST', url: new URL(realm), headers, trust, signal },
    body: Buffer.from(form.toString()),
  };
}

async function readToken(options: TokenRequestOptions, request: HttpRequest): Promise<TokenAnswer> {
  return tokenOf(options, request, await options.transport.send(request));
}

async function tokenOf(
  { idle, signal, now }: TokenRequestOptions,
  request: HttpRequest,
  answer: HttpAnswer,
): Promise<TokenAnswer> {
  if (answer.status !== 200) {
    throw await readAnswerFailure(request, answer, { idle, signal, trusted: true });
  }
  const read = { request, idle, signal, limit: documentLimit, what: 'the token' };
  const document = parseObject(await readBody(answer, read));
  const value = document?.['token'] ?? document?.['access_token'];
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    const reason = 'authorization server did not include a token in the response';
    throw engineError('registry.invalid-answer', { request: requestName(request), reason });
  }
  const seconds = Number(document?.['expires_in']);
  const lifetime = seconds > shortestLifetimeSeconds ? seconds : shortestLifetimeSeconds;
  const identity = document?.['refresh_token'];
  return {
    value,
    expires: now + lifetime * 1000,
    identityToken: typeof identity === 'string' ? identity : '',
  };
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function basicHeader({ username = '', password = '' }: RegistryAuth): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
