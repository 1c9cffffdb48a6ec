import { parseChallenges } from './challenge.ts';
import { type HttpAnswer, type HttpRequest, requestName } from './http-exchange.ts';
import { readBody } from './read-body.ts';
import { retryAfterMilliseconds } from './retry-after.ts';

export interface RegistryErrorEntry {
  /** For example `MANIFEST_UNKNOWN`; empty when the answer has none. */
  readonly code: string;
  readonly message: string;
}

/** An answer that is a refusal: the caller knows what it was about and makes an EngineError of it. */
export class AnswerFailure extends Error {
  readonly status: number;
  readonly statusText: string;
  readonly entry: RegistryErrorEntry;
  /** As in Docker's texts: `manifest unknown: manifest unknown`. */
  readonly reason: string;
  readonly retryAfterMilliseconds: number | undefined;
  readonly request: string;
  readonly url: URL;

  constructor(
    request: Pick<HttpRequest, 'method' | 'url'>,
    answer: HttpAnswer,
    entry: RegistryErrorEntry,
  ) {
    const reason = reasonText(entry);
    super(`${requestName(request)}: ${answer.status} ${reason}`);
    this.name = 'AnswerFailure';
    this.status = answer.status;
    this.statusText = `${answer.status} ${answer.statusText}`.trim();
    this.entry = entry;
    this.reason = reason;
    this.retryAfterMilliseconds = retryAfterMilliseconds(answer.headers['retry-after'], Date.now());
    this.request = requestName(request);
    this.url = answer.url;
  }
}

const errorBodyLimit = 64 * 1024;
const messageLimit = 1000;

/** What is said for a status whose answer has no error document (an answer to HEAD, a proxy's page). */
const byStatus: Readonly<Record<number, RegistryErrorEntry>> = {
  401: { code: 'UNAUTHORIZED', message: 'authentication required' },
  403: { code: 'DENIED', message: 'requested access to the resource is denied' },
  405: { code: 'UNSUPPORTED', message: 'The operation is unsupported.' },
  429: { code: 'TOOMANYREQUESTS', message: 'too many requests' },
};

/** Reads a refusal. `trusted` is false for other hosts that the registry led to: their texts are not shown. */
export async function readAnswerFailure(
  request: Pick<HttpRequest, 'method' | 'url'>,
  answer: HttpAnswer,
  options: {
    readonly idle: number;
    readonly trusted: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<AnswerFailure> {
  const body = await readBody(answer, {
    ...{ request, limit: errorBodyLimit, what: 'the error message' },
    ...{ idle: options.idle, signal: options.signal },
  }).catch(() => Buffer.alloc(0));
  options.signal?.throwIfAborted();
  const stated = options.trusted ? entryOf(body) : undefined;
  const found = bearerError(answer) ??
    stated ??
    byStatus[answer.status] ?? { code: '', message: `${answer.status} ${answer.statusText}` };
  return new AnswerFailure(request, answer, found);
}

/** RFC 6750 §3.1: what a token lacks stands in the challenge. */
function bearerError(answer: HttpAnswer): RegistryErrorEntry | undefined {
  for (const { scheme, parameters } of parseChallenges(answer.headers['www-authenticate'])) {
    if (scheme !== 'bearer') continue;
    const description = clean(parameters['error_description'] ?? '');
    if (parameters['error'] === 'invalid_token') {
      return { code: 'UNAUTHORIZED', message: description || 'authentication required' };
    }
    if (parameters['error'] === 'insufficient_scope') {
      const message = description || 'requested access to the resource is denied';
      return { code: 'DENIED', message };
    }
  }
  return undefined;
}

/** The first of distribution's `errors`, or the `details`/`message` that some servers send instead. */
function entryOf(body: Buffer): RegistryErrorEntry | undefined {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  const { errors, details, message } = document as Record<string, unknown>;
  const first = Array.isArray(errors) ? (errors[0] as Record<string, unknown> | null) : undefined;
  if (first && typeof first === 'object') {
    const code = typeof first['code'] === 'string' ? first['code'] : '';
    const text = typeof first['message'] === 'string' ? first['message'] : '';
    return { code: clean(code), message: clean(text) };
  }
  const text = [details, message].find((item) => typeof item === 'string');
  return text === undefined ? undefined : { code: '', message: clean(text as string) };
}

function reasonText({ code, message }: RegistryErrorEntry): string {
  const name = code.toLowerCase().replaceAll('_', ' ');
  if (name === '') return message;
  return `${name}: ${message === '' ? name : message}`;
}

function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, messageLimit);
}
