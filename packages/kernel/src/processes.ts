import type { Duplex, Readable } from 'node:stream';

export interface SpawnOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** New session, not killed with the daemon. */
  readonly detached?: boolean;
  /**
   * One entry per descriptor from 0 up: `ignore`, `pipe` (a unix socket pair; our end in `streams`)
   * or an open descriptor to pass on.
   */
  readonly stdio: readonly ('ignore' | 'pipe' | number)[];
}

export interface ChildProcess {
  readonly pid: number;
  /** Our ends of the `pipe` entries, by descriptor number. */
  readonly streams: Readonly<Record<number, Duplex>>;
  readonly stderr?: Readable;
  /** Resolves when the process has ended and its streams are closed. */
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  kill(signal: NodeJS.Signals): void;
}

/** Facts of /proc/PID/stat (proc_pid_stat(5)). */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
  readonly state: string;
  /** Clock ticks after boot: with the pid it names a process for ever. */
  readonly startTime: number;
}

export interface Processes {
  /** Rejects (ENOENT, EACCES …) when the program cannot be started. */
  spawn(options: SpawnOptions): Promise<ChildProcess>;
  /** Runs a program to its end and gives its output; a non-zero status is no error. Output is capped at 1 MiB. */
  run(
    command: string,
    args: readonly string[],
    options?: {
      readonly input?: string;
      readonly cwd?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal;
    },
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** kill(2) by number or name; false when there is no such process. */
  kill(pid: number, signal: number | NodeJS.Signals): boolean;
  info(pid: number): ProcessInfo | undefined;
  list(): ProcessInfo[];
}
