/** A command line that cannot be understood; `text` is printed as it is. */
export class UsageError extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.name = 'UsageError';
    this.exitCode = exitCode;
  }
}

/** Why one value of a flag or one option is not acceptable. The caller adds which flag it was. */
export class ValueError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ValueError';
  }
}

/** A command that failed for a reason the user can act on; printed as it is, with an exit code. */
export class CommandError extends Error {
  readonly exitCode: number;
  readonly hint: string | undefined;
  /** What a hint is looked for by, where the message does not tell: it was printed before. */
  readonly about: string;

  constructor(
    message: string,
    options: { exitCode?: number; hint?: string; about?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'CommandError';
    this.exitCode = options.exitCode ?? 1;
    this.hint = options.hint;
    this.about = options.about ?? message;
  }
}
