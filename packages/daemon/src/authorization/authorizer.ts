import { engineError, isEngineError } from '@berth/errors';
import type { PluginRegistry } from '@berth/plugins';
import type { ApiReply } from '../http/api-reply.ts';
import type { RequestFacts } from './request-facts.ts';
import { isLogin } from './seen-body.ts';

export interface AuthorizerOptions {
  readonly plugins: Pick<PluginRegistry, 'get'>;
  /** Names of the plug-ins that are asked, in this order; a reload changes them. */
  readonly names: () => readonly string[];
}

const longestMessage = 1000;

/**
 * Asks authorization plug-ins about every request, and about every answer before any of it is sent (Docker's AuthZPlugin
 * protocol). The first that says no, cannot be asked or answers nonsense ends the request.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#options.names().length > 0;
  }

  /** Fails with authorization.plugin-missing or plugins.failed unless each of the plug-ins is there to be asked. */
  async verify(names: readonly string[] = this.#options.names()): Promise<void> {
    for (const name of names) {
      const interfaces = await this.#plugin(name).implements();
      if (!interfaces.includes('authz'))
        throw engineError('authorization.plugin-missing', { name });
    }
  }

  /** Fails with authorization.denied or authorization.failed. */
  async request(facts: RequestFacts): Promise<void> {
    for (const name of this.#options.names()) await this.#ask(name, 'AuthZPlugin.AuthZReq', facts);
  }

  /** Asks about an answer, in the reverse order. Streams are told of without their content. */
  async reply(facts: RequestFacts, reply: ApiReply): Promise<void> {
    const seen = { ...facts, ...replyFacts(facts, reply) };
    for (const name of this.#options.names().toReversed()) {
      await this.#ask(name, 'AuthZPlugin.AuthZRes', seen);
    }
  }

  async #ask(name: string, method: string, body: object): Promise<void> {
    let answer: Readonly<Record<string, unknown>>;
    try {
      answer = await this.#plugin(name).callFor('authz', method, body);
    } catch (cause) {
      if (!isEngineError(cause)) throw cause;
      const reason = shortened(cause.message);
      throw engineError('authorization.failed', { name, reason }, { cause });
    }
    if (answer.Allow === true) return;
    const reason = typeof answer.Msg === 'string' ? shortened(answer.Msg) : '';
    throw engineError('authorization.denied', { name, reason });
  }

  #plugin(name: string): NonNullable<ReturnType<PluginRegistry['get']>> {
    const plugin = this.#options.plugins.get(name);
    if (plugin === undefined) throw engineError('authorization.plugin-missing', { name });
    return plugin;
  }
}

/** Plug-ins' texts go to clients and into logs. */
function shortened(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, longestMessage);
}

function replyFacts(facts: RequestFacts, reply: ApiReply): object {
  const status =
    'status' in reply
      ? reply.status
      : reply.kind === 'hijack' || reply.kind === 'websocket'
        ? 101
        : 200;
  const json = reply.kind === 'json';
  const headers = 'headers' in reply ? (reply.headers ?? {}) : {};
  const contentType =
    json || reply.kind === 'later' || reply.kind === 'progress'
      ? 'application/json'
      : 'contentType' in reply
        ? reply.contentType
        : undefined;
  return {
    ResponseStatusCode: status,
    ResponseHeaders: {
      ...headers,
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    },
    ...(json && !isLogin(facts.RequestUri)
      ? { ResponseBody: Buffer.from(`${JSON.stringify(reply.value)}\n`).toString('base64') }
      : {}),
  };
}
