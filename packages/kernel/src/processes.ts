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

export type SeccompMode = 'disabled' | 'strict' | 'filter';

/** More of a process: /proc/PID/status, cmdline and ns. */
export interface ProcessDetails {
  readonly pid: number;
  readonly parentPid: number;
  /** The pid as the process itself sees it. */
  readonly innerPid: number;
  readonly command: string;
  /** The command line; empty for kernel threads and zombies. */
  readonly arguments: readonly string[];
  readonly state: string;
  /** Effective user ID, as the host sees it. */
  readonly user: number;
  readonly residentBytes: number;
  /** Effective capabilities, `CAP_…`. */
  readonly capabilities: readonly string[];
  readonly seccomp: SeccompMode;
  readonly noNewPrivileges: boolean;
  /** Inode by namespace type: cgroup, ipc, mnt, net, pid, time, user, uts. */
  readonly namespaces: Readonly<Record<string, number>>;
}

export interface LaunchOptions {
  /** Absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface Processes {
  /**
   * Starts a program that leaves for the background by itself (it forks and ends). Its descriptor 3 is a unix socket
   * whose other end this resolves with; 0 to 2 are /dev/null. Off the main thread. Resolves when what was
   * started has ended; rejects when it cannot be started.
   */
  launch(options: LaunchOptions): Promise<Duplex>;
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
  /** The text of /proc/PID/net/dev: counters of the interfaces in its network namespace; undefined when it has ended. */
  networkCounters(pid: number): string | undefined;
  list(): ProcessInfo[];
  /** Undefined when it has ended. For showing, not for hot paths: several files are read. */
  describe(pid: number): Promise<ProcessDetails | undefined>;
  /** Memory of its own and its share of what is shared (PSS of smaps_rollup), in bytes; undefined when it has ended. */
  proportionalBytes(pid: number): Promise<number | undefined>;
}
