import type { ErrorKind } from '@berth/errors';

/** What a status says of the failure; any other is `internal`. */
const kindByStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid-argument',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-implemented',
  406: 'invalid-argument',
  408: 'deadline-exceeded',
  409: 'conflict',
  412: 'failed-precondition',
  416: 'invalid-argument',
  429: 'resource-exhausted',
  501: 'not-implemented',
  503: 'unavailable',
  504: 'deadline-exceeded',
  507: 'resource-exhausted',
};

/** The daemon's refusal of a request: its status code, what kind of failure that is, and its own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly kind: ErrorKind;
  /** The daemon's text without the client's prefix. */
  readonly detail: string;

  constructor(status: number, detail: string) {
    super(`Error response from daemon: ${detail}`);
    this.name = 'ApiError';
    this.status = status;
    this.kind = kindByStatus[status] ?? 'internal';
    this.detail = detail;
  }
}

/** True for an ApiError, of the given status when one is given. */
export function isApiError(error: unknown, status?: number): error is ApiError {
  return error instanceof ApiError && (status === undefined || error.status === status);
}

/** Makes the error for a failed answer: JSON `{"message"}` bodies, plain text and empty bodies. */
export function apiErrorFrom(status: number, reason: string, body: string): ApiError {
  const text = body.trim();
  if (text.startsWith('{')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) {
        return new ApiError(status, String(parsed.message).trim());
      }
    } catch {
      return new ApiError(status, text);
    }
  }
  return new ApiError(status, text === '' ? `${status} ${reason}` : text);
}
