import { EngineError, engineError } from '@berth/errors';

/** Docker's exit code of a container that could not be started, and the error that its client sees. */
export interface StartFailure {
  readonly exitCode: 125 | 126 | 127 | 128;
  readonly error: Error;
}

/** Whether a refusal of the runtime is about the command, and which exit code stands for it. */
export function exitCodeOfRuntimeMessage(message: string): 126 | 127 | undefined {
  const text = message.toLowerCase();
  if (
    /executable file not found|no such file or directory|system cannot find the file/.test(text)
  ) {
    return 127;
  }
  if (/permission denied|is a directory/.test(text)) return 126;
  if (/not a directory/.test(text)) return 127;
  return undefined;
}

const noStart = 'unable to start container process';

/**
 * The runtime's message in runc's words, which clients match on: crun says `executable file `x` not
 * found`, leaves the program out where it cannot be executed, and spells errno texts with a capital letter.
 */
export function normaliseRuntimeMessage(message: string, program = ''): string {
  return message
    .trim()
    .replace(
      /executable file `([^`']*)[`'] not found in \$PATH(?:: No such file or directory)?/i,
      (_all, name: string) => `${noStart}: exec: "${name}": ${missing(name)}`,
    )
    .replace(
      // EPERM is what crun says of something that is no regular file.
      /open executable: (?:Permission denied|Operation not permitted)/i,
      () => `${noStart}: exec: "${program}": permission denied`,
    )
    .replace(/chdir `([^`']*)[`']: /, (_all, cwd) => {
      return `${noStart}: chdir to cwd ("${cwd}") set in config.json failed: `;
    })
    .replace(/^OCI runtime exec failed: (?!exec failed: )/, '$&exec failed: ')
    .replace(
      /\b(No such file or directory|Permission denied|Not a directory|Is a directory)\b/g,
      (text) => text.toLowerCase(),
    );
}

/** Only a bare name is looked for in $PATH. */
function missing(program: string): string {
  return program.includes('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH';
}

/** What a failed start means for the record and for the client. */
export function startFailureOf(error: unknown, program = ''): StartFailure {
  if (!(error instanceof EngineError)) {
    return { exitCode: 128, error: error instanceof Error ? error : new Error(String(error)) };
  }
  if (runtimeMessageOf(error) === undefined) return { exitCode: 128, error };
  const message = normaliseRuntimeMessage(error.message, program);
  const exitCode = exitCodeOfRuntimeMessage(message);
  if (exitCode === undefined) {
    const failure = engineError('containers.start-failed', { reason: message }, { cause: error });
    return { exitCode: 128, error: failure };
  }
  const hint = /not a directory/.test(message) ? mountHint : '';
  const reason = `${message}${hint}`;
  return { exitCode, error: engineError('containers.start-refused', { reason }, { cause: error }) };
}

const mountHint =
  ': Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type';

/** The OCI runtime's own message when the shim could not run something; undefined for other failures. */
export function runtimeMessageOf(error: EngineError): string | undefined {
  const cause = error.cause;
  if (typeof cause !== 'object' || cause === null || !('runtimeMessage' in cause)) return undefined;
  return String(cause.runtimeMessage);
}
