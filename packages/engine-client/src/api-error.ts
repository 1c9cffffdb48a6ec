/** The daemon's refusal of a request: its status code and its own words. */
export class ApiError extends Error {
  readonly status: number;
  /** The daemon's text without the client's prefix. */
  readonly detail: string;

  constructor(status: number, detail: string) {
    super(`Error response from daemon: ${detail}`);
    this.name = 'ApiError';
    this.status = status;
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
