import { Readable } from 'node:stream';
import { type EngineError, engineError } from '@berth/errors';
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';
import { bodyChunks, readBody } from './read-body.ts';
import type { CallOptions, RemoteFile } from './registry-client.ts';
import type { RegistryContext } from './registry-context.ts';

const errorBodyLimit = 64 * 1024;
const messageLimit = 1000;

/** See `RegistryClient.openFile`. */
export async function openFile(
  registry: RegistryContext,
  url: URL,
  { signal }: CallOptions = {},
): Promise<RemoteFile> {
  const request = { method: 'GET', url } as const;
  const answer = await registry.fetch(url, signal);
  const { idle } = registry.timeouts;
  if (answer.status >= 300) throw await refusal(request, answer, { idle, signal });
  const announced = answer.headers['content-length'];
  const body = Readable.from(bodyChunks(answer, { request, idle, signal }), { objectMode: false });
  body.once('close', () => answer.body.destroy());
  return { body, size: announced === undefined ? undefined : Number(announced) };
}

/** In Docker's words, with what the server says itself. */
async function refusal(
  request: Pick<HttpRequest, 'method' | 'url'>,
  answer: HttpAnswer,
  { idle, signal }: { readonly idle: number; readonly signal: AbortSignal | undefined },
): Promise<EngineError> {
  const read = { request, idle, signal, limit: errorBodyLimit, what: 'the error message' };
  const body = await readBody(answer, read).catch(() => Buffer.alloc(0));
  signal?.throwIfAborted();
  const { url } = answer;
  const reason = String(body)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, messageLimit);
  const status = `${answer.status} ${answer.statusText}`.trim();
  const parameters = { url: `${url.origin}${url.pathname}`, status, reason };
  if (answer.status === 404) return engineError('registry.file-missing', parameters);
  if (answer.status === 401 || answer.status === 403) {
    return engineError('registry.file-denied', parameters);
  }
  return engineError('registry.file-refused', parameters);
}
