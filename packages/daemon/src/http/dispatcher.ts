import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import {
  type ApiRoute,
  apiVersion,
  type BodyTypes,
  decodeBody,
  isOlderApiVersion,
  minApiVersion,
  type OperationId,
} from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';
import type { ApiReply } from './api-reply.ts';
import type {
  ApiHandler,
  ApiHandlers,
  ApiRequest,
  EarlyHandler,
  EarlyHandlers,
} from './api-request.ts';
import { readJsonBody } from './body-reader.ts';
import { type MatchedPath, matchPath } from './path-matcher.ts';
import { readQuery } from './query-reader.ts';
import type { EngineServices } from './services.ts';

/** The request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly stream: Readable;
  readonly signal: AbortSignal;
}

/** Operations whose answer takes the connection over, by what it becomes. */
const upgradingOperations: Readonly<Record<string, ReadonlySet<OperationId>>> = {
  tcp: new Set(['ContainerAttach', 'ExecStart']),
  websocket: new Set(['ContainerAttachWebsocket']),
};

export interface DispatcherOptions {
  readonly handlers: ApiHandlers;
  readonly earlyHandlers: EarlyHandlers;
  /** Settles when the engine has started: until then only the early handlers answer, other requests wait. */
  readonly services: Promise<EngineServices>;
}

/** Finds the handler of a request and calls it. */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    // Told to every request that waits for it, of which there may be none.
    options.services.catch(() => undefined);
  }

  /** True when this `Upgrade` of the request is to be honoured. */
  upgrades(protocol: string, method: string, url: string): boolean {
    const operations = upgradingOperations[protocol.toLowerCase()];
    if (operations === undefined) return false;
    try {
      const matched = matchPath(method, splitUrl(url).path);
      return matched !== undefined && operations.has(matched.route.operation);
    } catch {
      return false;
    }
  }

  async dispatch(raw: RawRequest): Promise<ApiReply> {
    const { path, search } = splitUrl(raw.url);
    if (raw.method === 'OPTIONS') return { kind: 'empty', status: 200 };
    const matched = matchPath(raw.method, path);
    if (matched === undefined) throw engineError('api.page-not-found', {});
    requireVersion(matched.version);
    return this.#call(matched.route, matched, raw, search);
  }

  async #call<Operation extends OperationId>(
    route: ApiRoute<Operation>,
    matched: MatchedPath,
    raw: RawRequest,
    search: URLSearchParams,
  ): Promise<ApiReply> {
    const { handlers, earlyHandlers, services } = this.#options;
    const request = apiRequest(route, matched, raw, search);
    const early = earlyHandlers[route.operation] as EarlyHandler<Operation> | undefined;
    if (early !== undefined) return early(request);
    const handler = handlers[route.operation] as ApiHandler<Operation> | undefined;
    if (handler === undefined) {
      const { operation, method, path } = route;
      throw engineError('api.not-implemented', { operation, method, path });
    }
    const started = await services;
    await loopTurn();
    return handler(request, started);
  }
}

function apiRequest<Operation extends OperationId>(
  route: ApiRoute<Operation>,
  matched: MatchedPath,
  raw: RawRequest,
  search: URLSearchParams,
): ApiRequest<Operation> {
  const body = async (): Promise<unknown> => {
    const value = await readJsonBody(raw.headers, raw.stream);
    // It may be large: parsed in one turn, read in the next.
    await loopTurn();
    return decodeBody(route.body as keyof BodyTypes, value);
  };
  return {
    operation: route.operation,
    version: matched.version,
    name: matched.parameter,
    query: readQuery(route, search),
    headers: raw.headers,
    stream: raw.stream,
    signal: raw.signal,
    body: body as ApiRequest<Operation>['body'],
  };
}

function requireVersion(version: string): void {
  if (isOlderApiVersion(version, minApiVersion)) {
    throw engineError('api.version-too-old', { version, minimum: minApiVersion });
  }
  if (isOlderApiVersion(apiVersion, version)) {
    throw engineError('api.version-too-new', { version, maximum: apiVersion });
  }
}

function splitUrl(url: string): { path: string; search: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, search: new URLSearchParams() };
  return { path: url.slice(0, mark), search: new URLSearchParams(url.slice(mark + 1)) };
}
