import { EngineError, engineError } from '@berth/errors';
import { AnswerFailure, readAnswerFailure } from './answer-failure.ts';
import { type AccessRequest, Authorizer } from './authorizer.ts';
import { sendFollowing } from './follow-redirects.ts';
import type { HostCapability } from './hosts-toml.ts';
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';
import { HttpTransport } from './http-transport.ts';
import { InsecureHosts } from './insecure-hosts.ts';
import { discardBody } from './read-body.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { RegistryConfiguration } from './registry-configuration.ts';
import { type RegistryEndpoint, registryEndpoints, trustOf } from './registry-endpoints.ts';
import { type Pause, type RetryOptions, withRetries } from './retry.ts';
import type { Timeouts } from './timeouts.ts';
import type { Trust } from './trust.ts';

export interface ContextOptions {
  /** Read anew at every call. */
  readonly configuration: () => RegistryConfiguration;
  readonly timeouts: () => Timeouts;
  readonly userAgent: string;
  readonly now: () => number;
  readonly pause: Pause;
}

/** A request as the operations make it: relative to an endpoint, or to where the registry led. */
export interface RegistryRequest {
  readonly method: HttpRequest['method'];
  /** Below the endpoint's `/v2/`, with query; or a whole URL on the same host (uploads, next pages). */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<HttpRequest['body']>;
  readonly lane?: NonNullable<HttpRequest['lane']>;
  readonly timeouts?: Partial<Timeouts>;
  readonly signal?: AbortSignal | undefined;
  /** Without it the request is made as nobody, whatever the registry wants. */
  readonly access?: AccessRequest;
  /** Statuses besides 2xx that are answers and no failures. */
  readonly accepted?: readonly number[];
}

export interface WalkOptions extends Partial<Pick<RetryOptions, 'onRetry' | 'signal'>> {
  readonly purpose: HostCapability;
  readonly attempts?: number;
  /** Names of endpoints to be asked last. */
  readonly avoid?: readonly string[];
}

/** Failures after which an insecure registry may be found without TLS. */
const fallBackCodes = new Set<string>([
  'registry.plain-http',
  'registry.unreachable',
  'registry.connection-lost',
  'registry.tls',
]);

/** What all operations share: connections, tokens, and the way from a registry's name to an answer. */
export class RegistryContext implements Disposable {
  readonly #options: ContextOptions;
  readonly #transport: HttpTransport;
  readonly #authorizer: Authorizer;
  readonly #insecureHosts: InsecureHosts;
  /** Insecure registries by base URL that were last seen without TLS. */
  readonly #plain = new Set<string>();

  constructor(options: ContextOptions) {
    this.#options = options;
    this.#transport = new HttpTransport({
      ...options,
      proxy: () => options.configuration().proxy,
    });
    this.#authorizer = new Authorizer(options.now);
    this.#insecureHosts = new InsecureHosts(options.now);
  }

  get timeouts(): Timeouts {
    return this.#options.timeouts();
  }

  get attempts(): number {
    return Math.max(1, this.#options.configuration().downloadAttempts);
  }

  get pause(): Pause {
    return this.#options.pause;
  }

  /** Never empty. Fails with registry.no-endpoint. */
  async endpoints(domain: string, purpose: HostCapability): Promise<readonly RegistryEndpoint[]> {
    const configuration = this.#options.configuration();
    const found = await registryEndpoints(domain, purpose, configuration, this.#insecureHosts);
    if (found.length === 0) throw engineError('registry.no-endpoint', { host: domain, purpose });
    return found;
  }

  /** The registry itself, for what mirrors do not know: logins, lists. Fails with registry.no-endpoint. */
  async ownEndpoint(domain: string): Promise<RegistryEndpoint> {
    const endpoints = await this.endpoints(domain, 'resolve');
    const own = endpoints.findLast(({ mirror }) => !mirror) ?? endpoints.at(-1);
    if (own === undefined)
      throw engineError('registry.no-endpoint', { host: domain, purpose: 'resolve' });
    return own;
  }

  /**
   * Runs `action` with the endpoints of a registry in turn until one succeeds; then, when a failure may pass, again
   * after a while. What fails in the end is what the registry itself said, not its mirrors.
   */
  walk<T>(
    domain: string,
    options: WalkOptions,
    action: (endpoint: RegistryEndpoint) => Promise<T>,
  ): Promise<T> {
    const { avoid = [], attempts = this.attempts, signal, onRetry, purpose } = options;
    return withRetries({ attempts, signal, onRetry, pause: this.pause }, async () => {
      const endpoints = await this.endpoints(domain, purpose);
      const suspect = (endpoint: RegistryEndpoint) => avoid.includes(endpoint.name);
      const ordered = [...endpoints.filter((e) => !suspect(e)), ...endpoints.filter(suspect)];
      let failure: { readonly error: unknown; readonly mirror: boolean } | undefined;
      for (const endpoint of ordered) {
        try {
          return await action(endpoint);
        } catch (error) {
          signal?.throwIfAborted();
          if (failure === undefined || failure.mirror || !endpoint.mirror) {
            failure = { error, mirror: endpoint.mirror };
          }
        }
      }
      throw failure?.error;
    });
  }

  /** Sends to one endpoint. Fails with AnswerFailure for a refusal, else with an EngineError. */
  async send(endpoint: RegistryEndpoint, request: RegistryRequest): Promise<HttpAnswer> {
    if (request.target instanceof URL) return this.#sendLocated(endpoint, request.target, request);
    const bases = this.#bases(endpoint);
    for (const [index, base] of bases.entries()) {
      try {
        const url = targetUrl(base, endpoint, request.target);
        const answer = await this.#sendTo(endpoint, url, request);
        this.#remember(endpoint, base);
        return answer;
      } catch (error) {
        request.signal?.throwIfAborted();
        // A refusal comes from somebody who understood us.
        if (error instanceof AnswerFailure && error.status !== 400) this.#remember(endpoint, base);
        // A server that is back with TLS, or refuses HTTP with 400, is asked with TLS the next time.
        else this.#plain.delete(endpoint.base);
        if (index === bases.length - 1 || !mayFallBack(error)) throw error;
      }
    }
    throw new Error('an endpoint has at least one base URL');
  }

  /** GET of a file anywhere, without credentials but those of the URL; redirects are followed. The answer may be a refusal. */
  async fetch(url: URL, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const configuration = this.#options.configuration();
    const trustFor = async (host: string) =>
      trustOf([host], configuration, await this.#insecureHosts.has(host, configuration.insecure));
    const request: HttpRequest = {
      ...{ method: 'GET', url, lane: 'download', signal },
      ...{ headers: { 'accept-encoding': 'identity' }, trust: await trustFor(url.host) },
    };
    return sendFollowing(this.#transport, request, trustFor);
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }

  /** A URL that the registry gave: on its own host with its own scheme, elsewhere without credentials. */
  async #sendLocated(
    endpoint: RegistryEndpoint,
    target: URL,
    request: RegistryRequest,
  ): Promise<HttpAnswer> {
    const base = new URL(this.#bases(endpoint)[0] ?? endpoint.base);
    if (target.hostname === base.hostname && effectivePort(target) === effectivePort(base)) {
      const url = new URL(target);
      url.protocol = base.protocol;
      return this.#sendTo(endpoint, url, request);
    }
    const trust = await this.#trustFor(target.host, endpoint);
    const foreign = { ...endpoint, trust, headers: {}, mirror: true, auth: {} };
    return this.#sendTo(foreign, target, request);
  }

  #bases(endpoint: RegistryEndpoint): string[] {
    if (!endpoint.mayBePlain) return [endpoint.base];
    const plain = endpoint.base.replace(/^https:/, 'http:');
    return this.#plain.has(endpoint.base) ? [plain] : [endpoint.base, plain];
  }

  #remember(endpoint: RegistryEndpoint, base: string): void {
    if (!endpoint.mayBePlain) return;
    if (base.startsWith('http:')) this.#plain.add(endpoint.base);
    else this.#plain.delete(endpoint.base);
  }

  async #sendTo(
    endpoint: RegistryEndpoint,
    url: URL,
    request: RegistryRequest,
  ): Promise<HttpAnswer> {
    const known = request.access;
    const access = known && { ...known, auth: accessAuth(endpoint, known.auth) };
    const tools = {
      transport: this.#transport,
      idle: this.timeouts.idle,
      trustFor: (host: string) => this.#trustFor(host, endpoint),
    };
    const { signal } = request;
    const base: HttpRequest = {
      ...request,
      url,
      trust: endpoint.trust,
      headers: { ...request.headers, ...endpoint.headers },
    };
    const configured = endpoint.headers['authorization'];
    const header = configured ?? (access && (await this.#authorizer.header(base, access, tools)));
    let answer = await this.#follow(withAuthorization(base, header), tools.trustFor);
    const refused = answer.status === 401 && answer.url.origin === url.origin;
    if (refused && access !== undefined && configured === undefined) {
      const better = await this.#authorizer
        .afterRefusal(base, answer, access, tools, header)
        .catch((error) => {
          discardBody(answer);
          throw error;
        });
      if (better !== undefined && isRepeatable(base)) {
        discardBody(answer);
        answer = await this.#follow(withAuthorization(base, better), tools.trustFor);
      }
    }
    if (isAccepted(answer.status, request)) return answer;
    const trusted = answer.url.origin === url.origin;
    throw await readAnswerFailure(base, answer, { idle: tools.idle, trusted, signal });
  }

  #follow(request: HttpRequest, trustFor: (host: string) => Promise<Trust>): Promise<HttpAnswer> {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads) return this.#transport.send(request);
    return sendFollowing(this.#transport, request, trustFor);
  }

  /** Another host that an endpoint led to; what the endpoint's own name may do counts for all its ports. */
  async #trustFor(host: string, endpoint: RegistryEndpoint): Promise<Trust> {
    const configuration = this.#options.configuration();
    const origin = new URL(endpoint.base);
    if (host === origin.host) return endpoint.trust;
    const insecure =
      (endpoint.trust.insecure && host.replace(/:\d+$/, '') === origin.hostname) ||
      (await this.#insecureHosts.has(host, configuration.insecure));
    return trustOf([host], configuration, insecure);
  }
}

/** Behind a proxy that ends TLS, registries give `http:` URLs without port: these mean the proxy. */
function effectivePort(url: URL): string {
  return url.port === '443' || url.port === '80' ? '' : url.port;
}

function targetUrl(base: string, endpoint: RegistryEndpoint, target: string): URL {
  const url = new URL(`${base}/${target}`);
  if (endpoint.namespace !== undefined) url.searchParams.set('ns', endpoint.namespace);
  return url;
}

/** The user's credentials are for the registry, not for its mirrors. */
function accessAuth(endpoint: RegistryEndpoint, auth: RegistryAuth): RegistryAuth {
  return endpoint.auth ?? (endpoint.mirror ? {} : auth);
}

function withAuthorization(request: HttpRequest, header: string | undefined): HttpRequest {
  if (header === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization: header } };
}

function isRepeatable({ body }: HttpRequest): boolean {
  return body === undefined || Buffer.isBuffer(body);
}

function isAccepted(status: number, { accepted = [] }: RegistryRequest): boolean {
  return (status >= 200 && status < 300) || accepted.includes(status);
}

function mayFallBack(error: unknown): boolean {
  return error instanceof EngineError && fallBackCodes.has(error.code);
}
