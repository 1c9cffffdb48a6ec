import { createHash } from 'node:crypto';
import { engineError } from '@berth/errors';
import { AnswerFailure } from './answer-failure.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type HttpAnswer, type HttpRequest, requestName } from './http-exchange.ts';
import type { RegistryAuth } from './registry-auth.ts';
import { TokenCache } from './token-cache.ts';
import {
  basicHeader,
  requestToken,
  type TokenAnswer,
  type TokenRequestOptions,
} from './token-request.ts';

/** For whom and for what a request is. */
export interface AccessRequest {
  readonly auth: RegistryAuth;
  /** For example `repository:library/busybox:pull`. */
  readonly scopes: readonly string[];
  /** Asks the token server for an identity token as well. */
  readonly onIdentityToken?: (token: string) => void;
}

type TokenTools = Pick<TokenRequestOptions, 'transport' | 'trustFor' | 'idle'>;

/** How many registries' ways to authenticate are remembered. */
const challengeLimit = 200;

/** Knows how each registry wants to be convinced, and holds the tokens. */
export class Authorizer {
  readonly #challenges = new Map<string, Challenge>();
  readonly #tokens: TokenCache;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#tokens = new TokenCache(now);
  }

  /** The Authorization header to send at once, as far as it is known what the registry wants. */
  async header(
    request: HttpRequest,
    access: AccessRequest,
    tools: TokenTools,
  ): Promise<string | undefined> {
    if (access.auth.registryToken) return `Bearer ${access.auth.registryToken}`;
    const challenge = this.#challenges.get(request.url.origin);
    // Some registries want a login for some repositories only: without one they are asked as they are.
    if (challenge === undefined || (challenge.scheme === 'basic' && !access.auth.username)) {
      return undefined;
    }
    return this.#answer(challenge, request, access, tools);
  }

  /**
   * What to send after a 401; undefined when there is nothing better than what was sent. Fails with
   * registry.unauthorized when the registry wants credentials and there are none, or they are wrong.
   */
  async afterRefusal(
    request: HttpRequest,
    answer: HttpAnswer,
    access: AccessRequest,
    tools: TokenTools,
    sent: string | undefined,
  ): Promise<string | undefined> {
    if (access.auth.registryToken) return undefined;
    const challenges = parseChallenges(answer.headers['www-authenticate']);
    const challenge =
      challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters['realm']) ??
      challenges.find(({ scheme }) => scheme === 'basic');
    if (challenge === undefined) return undefined;
    if (this.#challenges.size >= challengeLimit) this.#challenges.clear();
    // The next request is about something else: what this one lacked is not kept.
    const { scope: _scope, error: _error, ...parameters } = challenge.parameters;
    this.#challenges.set(request.url.origin, { scheme: challenge.scheme, parameters });
    if (challenge.scheme === 'bearer' && sent?.startsWith('Bearer ')) {
      await this.#tokens.drop(tokenKey(challenge, request, access), sent.slice('Bearer '.length));
    }
    const header = await this.#answer(challenge, request, access, tools);
    return header === sent ? undefined : header;
  }

  async #answer(
    challenge: Challenge,
    request: HttpRequest,
    access: AccessRequest,
    tools: TokenTools,
  ): Promise<string> {
    const { auth } = access;
    if (challenge.scheme === 'basic') {
      if (auth.username) return basicHeader(auth);
      const reason = `${requestName(request)}: no basic auth credentials`;
      throw engineError('registry.unauthorized', { reason });
    }
    const fetch = () => this.#fetch(challenge, request, access, tools);
    // An identity token is a part of the answer, so a login always asks.
    if (access.onIdentityToken !== undefined) return `Bearer ${(await fetch()).value}`;
    return `Bearer ${await this.#tokens.get(tokenKey(challenge, request, access), fetch)}`;
  }

  async #fetch(
    challenge: Challenge,
    request: HttpRequest,
    access: AccessRequest,
    tools: TokenTools,
  ): Promise<TokenAnswer> {
    const realm = realmOf(challenge, request);
    checkRealm(realm, request, access.auth);
    const same = realm.hostname === request.url.hostname;
    try {
      const token = await requestToken({
        ...tools,
        ...{ realm, auth: access.auth, now: this.#now(), signal: undefined },
        scopes: scopesFor(challenge, access.scopes),
        service: challenge.parameters['service'] ?? '',
        trust: same ? request.trust : await tools.trustFor(realm.host),
        offline: access.onIdentityToken !== undefined,
      });
      access.onIdentityToken?.(token.identityToken);
      return token;
    } catch (error) {
      if (!(error instanceof AnswerFailure) || error.status >= 500 || error.status === 429)
        throw error;
      const reason = `${requestName(request)}: ${error.reason}`;
      throw engineError('registry.unauthorized', { reason }, { cause: error });
    }
  }
}

function realmOf(challenge: Challenge, request: HttpRequest): URL {
  const text = challenge.parameters['realm'] ?? '';
  const realm = URL.canParse(text) ? new URL(text) : undefined;
  if (realm !== undefined && /^https?:$/.test(realm.protocol)) return realm;
  const reason = `the token server "${text.slice(0, 200)}" is not a URL`;
  throw engineError('registry.invalid-answer', { request: requestName(request), reason });
}

/** A registry with TLS cannot make us send a password without. */
function checkRealm(realm: URL, { url, trust }: HttpRequest, auth: RegistryAuth): void {
  const secret = Boolean(auth.username || auth.identityToken);
  if (!secret || realm.protocol === 'https:' || url.protocol === 'http:' || trust.insecure) return;
  throw engineError('registry.insecure-token-server', { host: url.host, realm: realm.origin });
}

/** What we want, or what the registry says that it takes when we have no opinion. */
function scopesFor(challenge: Challenge, wanted: readonly string[]): string[] {
  const stated = (challenge.parameters['scope'] ?? '').split(' ').filter((scope) => scope !== '');
  return wanted.length > 0 ? [...wanted] : stated;
}

function tokenKey(challenge: Challenge, { url }: HttpRequest, access: AccessRequest): string {
  const { realm, service } = challenge.parameters;
  const { username, password, identityToken } = access.auth;
  const what = [url.origin, realm, service, access.scopes, username, password, identityToken];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}
