import {
  EngineError as Engine,
  type EngineError,
  type ErrorCode,
  type ErrorDetails,
  errnoOf,
} from '@berth/errors';

/** A failure in a worker thread that becomes the EngineError `code` on the main thread. */
export class JobError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: ErrorCode,
    details: Readonly<Record<string, string | number>>,
    cause?: unknown,
  ) {
    super(code, cause === undefined ? {} : { cause });
    this.name = 'JobError';
    this.code = code;
    this.details = details;
  }
}

export function jobError<Code extends ErrorCode>(
  code: Code,
  details: ErrorDetails<Code>,
  cause?: unknown,
): JobError {
  return new JobError(code, details, cause);
}

/** A job's failure in a form that can be posted between threads. */
export type WireError =
  | {
      readonly type: 'engine';
      readonly code: ErrorCode;
      readonly details: Readonly<Record<string, string | number>>;
      readonly cause: string | undefined;
    }
  | { readonly type: 'bug'; readonly message: string; readonly stack: string | undefined };

/**
 * Classifies what a job threw: failed system calls become common.no-space or
 * snapshots.operation-failed with the path, anything unexpected is a bug.
 */
export function toWireError(error: unknown, what: string, path: string): WireError {
  if (error instanceof JobError) {
    const cause = error.cause instanceof Error ? error.cause.message : undefined;
    return { type: 'engine', code: error.code, details: error.details, cause };
  }
  const errno = errnoOf(error);
  if (errno !== undefined) {
    const message = (error as Error).message;
    return errno === 'ENOSPC' || errno === 'EDQUOT'
      ? { type: 'engine', code: 'common.no-space', details: { what, path }, cause: message }
      : {
          type: 'engine',
          code: 'snapshots.operation-failed',
          details: { what, path, reason: message },
          cause: message,
        };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return { type: 'bug', message: bug.message, stack: bug.stack };
}

export function fromWireError(wire: WireError): EngineError | Error {
  if (wire.type === 'bug') {
    const error = new Error(wire.message);
    if (wire.stack !== undefined) error.stack = wire.stack;
    return error;
  }
  const cause = wire.cause === undefined ? {} : { cause: new Error(wire.cause) };
  return new Engine(wire.code, wire.details, cause);
}
