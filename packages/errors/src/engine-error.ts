import type { Placeholders } from './error-definition.ts';
import type { ErrorKind } from './error-kind.ts';
import { type ErrorCode, errorTable } from './error-table.ts';
import { redact } from './redact.ts';

/** Values for the placeholders of one error's templates: message and hint. */
export type ErrorDetails<Code extends ErrorCode> = Readonly<
  Record<
    Placeholders<(typeof errorTable)[Code]['message']> | HintPlaceholders<Code>,
    string | number
  >
>;

type HintPlaceholders<Code extends ErrorCode> = (typeof errorTable)[Code] extends {
  readonly hint: infer Hint extends string;
}
  ? Placeholders<Hint>
  : never;

export interface EngineErrorOptions {
  readonly cause?: unknown;
  /** The last steps tried before the failure, oldest first. */
  readonly steps?: readonly string[];
}

/**
 * A failure that a user can understand: it names the object and says what to do. Anything else that is
 * thrown is a bug of ours and is reported as an internal error. Secrets are removed on construction.
 */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly steps: readonly string[];

  constructor(
    code: ErrorCode,
    details: Readonly<Record<string, string | number>>,
    options: EngineErrorOptions = {},
  ) {
    const definition = errorTable[code] as { kind: ErrorKind; message: string; hint?: string };
    super(
      redact(fill(definition.message, details)),
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'EngineError';
    this.code = code;
    this.kind = definition.kind;
    this.hint = definition.hint === undefined ? undefined : redact(fill(definition.hint, details));
    this.steps = (options.steps ?? []).map(redact);
  }
}

/** Makes the error with the given code; its details are checked against the message template. */
export function engineError<Code extends ErrorCode>(
  code: Code,
  details: ErrorDetails<Code>,
  options?: EngineErrorOptions,
): EngineError {
  return new EngineError(code, details, options);
}

/** True for an EngineError of the given code, or of any code when none is given. */
export function isEngineError(error: unknown, code?: ErrorCode): error is EngineError {
  return error instanceof EngineError && (code === undefined || error.code === code);
}

/** True for an EngineError of the given kind. */
export function isErrorOfKind(error: unknown, kind: ErrorKind): error is EngineError {
  return error instanceof EngineError && error.kind === kind;
}

/** The `errno` name (`ENOENT`, …) of a failed system call, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  // libuv has no name for what a quota answers.
  if ('errno' in error && error.errno === -122) return 'EDQUOT';
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

function fill(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}
