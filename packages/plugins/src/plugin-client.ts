import http from 'node:http';
import { engineError } from '@berth/errors';

const contentType = 'application/vnd.docker.plugins.v1.1+json';
/** A plug-in that does not answer must not hold up the engine for ever. */
const patienceMilliseconds = 30_000;
const mostAnswerBytes = 1 << 20;

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Speaks Docker's plug-in protocol (JSON over HTTP POST) with one plug-in. */
export class PluginClient {
  readonly name: string;
  /** `unix:///path` or `tcp://host:port`. */
  readonly address: string;
  readonly #patience: number;
  #implements: Promise<readonly string[]> | undefined;

  /** `patience` in milliseconds, for one call. */
  constructor(name: string, address: string, patience = patienceMilliseconds) {
    this.name = name;
    this.address = address;
    this.#patience = patience;
  }

  /** What the plug-in is good for: `NetworkDriver`, `IpamDriver` … Asked once. */
  implements(): Promise<readonly string[]> {
    this.#implements ??= this.#post('Plugin.Activate', {}, this.#patience).then((answer) => {
      const list = answer.Implements;
      return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
    });
    this.#implements.catch(() => {
      this.#implements = undefined;
    });
    return this.#implements;
  }

  /**
   * Calls a method such as `NetworkDriver.CreateNetwork`. Fails with plugins.failed when the plug-in says so or answers
   * nonsense, and with plugins.unreachable when it gives no answer within `patience` milliseconds.
   */
  async call(
    method: string,
    body: object,
    patience = this.#patience,
  ): Promise<Readonly<Record<string, unknown>>> {
    return await this.callFor(method.split('.')[0] ?? '', method, body, patience);
  }

  /** As `call`, for methods that are not named after their interface: those of `authz` are `AuthZPlugin.…`. */
  async callFor(
    subject: string,
    method: string,
    body: object,
    patience = this.#patience,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (!(await this.implements()).includes(subject)) {
      throw this.#failed(method, `it does not implement ${subject}`);
    }
    return await this.#post(method, body, patience);
  }

  async #post(
    method: string,
    body: object,
    patience: number,
  ): Promise<Readonly<Record<string, unknown>>> {
    let reply: Reply;
    try {
      reply = await this.#exchange(method, JSON.stringify(body), patience);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw engineError('plugins.unreachable', { plugin: this.name, method, reason });
    }
    const { status, text } = reply;
    if (status !== 200) throw this.#failed(method, failureText(text) ?? `status ${status}`);
    const answer = parsed(text);
    if (answer === undefined) throw this.#failed(method, 'its answer is not JSON');
    const failure = answer.Err ?? answer.Error;
    if (typeof failure === 'string' && failure !== '') throw this.#failed(method, failure);
    return answer;
  }

  #exchange(method: string, body: string, patience: number): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const headers = { 'content-type': contentType, accept: contentType, host: 'plugin' };
    const options = { method: 'POST', path: `/${method}`, headers, ...this.#target() };
    const request = http.request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > mostAnswerBytes) request.destroy(new Error('its answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    // For the whole exchange: an answer that trickles is none either.
    const timer = setTimeout(() => request.destroy(new Error('it does not answer')), patience);
    request.on('close', () => clearTimeout(timer));
    request.on('error', reject);
    request.end(body);
    return promise;
  }

  #target(): http.RequestOptions {
    if (this.address.startsWith('unix://')) {
      return { socketPath: this.address.slice('unix://'.length) };
    }
    const { hostname, port } = new URL(this.address.replace(/^tcp:/, 'http:'));
    return { hostname, port: port === '' ? 80 : Number(port) };
  }

  #failed(method: string, reason: string): Error {
    return engineError('plugins.failed', { plugin: this.name, method, reason });
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function failureText(text: string): string | undefined {
  const failure = parsed(text)?.Err;
  return typeof failure === 'string' && failure !== '' ? failure : undefined;
}
