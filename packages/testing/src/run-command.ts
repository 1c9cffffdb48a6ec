import { spawn } from 'node:child_process';
import { patience } from './patience.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Ends the command (SIGKILL) after this time; default 60 s. */
  readonly timeoutMilliseconds?: number;
}

/** Runs a program to its end. A non-zero status is no error; one that cannot be started is. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: patience(options.timeoutMilliseconds ?? 60_000),
      killSignal: 'SIGKILL',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('exit', (_code, signal) => {
      // What it has started may live on and hold its ends of the pipes.
      if (signal === null) return;
      const letGo = () => {
        child.stdout.destroy();
        child.stderr.destroy();
      };
      setTimeout(letGo, 2000).unref();
    });
    child.once('close', (code, signal) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
      const reason = signal === null ? '' : `\n(ended by ${signal})`;
      resolve({ code: code ?? 128, stdout: text(stdout), stderr: text(stderr) + reason });
    });
  });
}
