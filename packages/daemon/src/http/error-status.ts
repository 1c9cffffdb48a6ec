import { EngineError, type ErrorKind } from '@berth/errors';

/** The HTTP status of each kind of failure. Nothing else in the daemon decides on an error's status. */
export const statusByKind: Readonly<Record<ErrorKind, number>> = {
  'invalid-argument': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'already-exists': 409,
  'failed-precondition': 409,
  'not-modified': 304,
  'resource-exhausted': 500,
  cancelled: 500,
  'deadline-exceeded': 500,
  unavailable: 503,
  'not-implemented': 501,
  'data-loss': 500,
  internal: 500,
};

export interface ErrorReply {
  readonly status: number;
  readonly message: string;
}

/** What a client is told of a failure. A failure that is no EngineError is a bug: it is told by its message. */
export function errorReply(error: unknown): ErrorReply {
  if (error instanceof EngineError) {
    return { status: statusByKind[error.kind], message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, message: message === '' ? 'internal error' : message };
}
