import type { Duplex } from 'node:stream';

/** What a shim must know about its container; it never changes during the shim's life. */
export interface ShimStartOptions {
  /** Full container ID; also the OCI runtime's name for the container. */
  readonly id: string;
  /** OCI bundle folder. The shim works in it: socket, pid files, exit files of execs. */
  readonly bundle: string;
  readonly runtime: {
    /** Absolute path of the OCI runtime. */
    readonly path: string;
    /** `--root` of the runtime: its state folder. */
    readonly root: string;
    /** Further global arguments (`runtimeArgs` of daemon.json), before the subcommand. */
    readonly args: readonly string[];
    readonly systemdCgroup: boolean;
  };
  readonly tty: boolean;
  /** False: stdin is /dev/null. */
  readonly openStdin: boolean;
  /** stdin closes for good when the input of the first attach with stdin ends. */
  readonly stdinOnce: boolean;
  readonly log: {
    /** What an entry looks like; `local` is the compact format (docs/logs.md). */
    readonly driver: 'json-file' | 'local' | 'none';
    readonly path: string;
    /** Rotates when the file has reached this size; absent or 0: never. */
    readonly maxSizeBytes?: number;
    /** Files kept, the current one included (default 1: the file starts anew). */
    readonly maxFiles?: number;
    /** Bytes that may wait for the disk before output is dropped; absent: the container waits for the disk. */
    readonly bufferBytes?: number;
    /** The oldest file is removed by somebody else; until then the container waits. Needs two files. */
    readonly hold?: boolean;
    /** Rotations are told of by `onLogRotated`. */
    readonly tellRotations?: boolean;
    /** Written as `attrs` into every line; absent or empty: no such member. */
    readonly attrs?: Readonly<Record<string, string>>;
  };
  /** The container's `memory.events` (cgroup v2) or `memory.oom_control` (v1) file. */
  readonly oomFile?: string;
  /** Where the exit record goes; see {@link ContainerExit}. */
  readonly exitFile: string;
}

export type ShimTarget = 'container' | { readonly execId: string };

/** How the container ended. */
export interface ContainerExit {
  /** Exit status; 128+n for death by signal n. 137 when `lost`. */
  readonly code: number;
  /** The signal that ended it, 0 for none. */
  readonly signal: number;
  /** RFC 3339 with nanoseconds, UTC. For `lost` the moment at which the loss was noticed. */
  readonly exitedAt: string;
  readonly oomKilled: boolean;
  /** Processes that the kernel killed for want of memory during the container's life. */
  readonly oomCount: number;
  /** The shim was killed, and the container with it: the true status is unknown. */
  readonly lost: boolean;
}

export type ShimPhase = 'held' | 'starting' | 'running' | 'exited' | 'gone';

export interface ShimState {
  readonly phase: ShimPhase;
  /** Host pid of the container's first process, 0 before the start. */
  readonly pid: number;
  /** Clock ticks after boot, as in proc_pid_stat(5); 0 before the start. */
  readonly startTime: number;
  readonly execs: readonly { readonly execId: string; readonly pid: number }[];
  /** Connected attach clients. */
  readonly attached: number;
  /** Log bytes dropped because the log could not be written (disk full). */
  readonly logDroppedBytes: number;
  readonly oomCount: number;
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** What an exec runs; the file may be removed once the call has settled. */
export type ExecProgram =
  /** OCI process document (JSON) for the OCI runtime. */
  | { readonly processFile: string }
  /**
   * A plan of execPlan() for the shim itself, and the container's v2 cgroup. May fail with a fault of the stage
   * `native`: then nothing has run, and the runtime may manage.
   */
  | { readonly planFile: string; readonly cgroup?: string };

export interface ShimExecOptions extends AttachOptions {
  /** `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`, unique while the exec runs. */
  readonly execId: string;
  readonly program: ExecProgram;
  readonly tty: boolean;
  /** True: no stream; the process runs on /dev/null (or on a pty that nobody reads). */
  readonly detach: boolean;
}

/** A process that is to answer one question: its exit code and the beginning of what it writes. */
export interface ShimProbeOptions {
  /** As of an exec. */
  readonly execId: string;
  readonly program: ExecProgram;
  /** Milliseconds until it is killed, above 0. */
  readonly timeout: number;
}

export interface ShimProbeResult {
  readonly exitCode: number;
  /** It was killed because its time was over. */
  readonly late: boolean;
  /** Both streams together, 4096 bytes at most. Bytes that are not UTF-8 are U+FFFD. */
  readonly output: string;
  /** There was more output. */
  readonly cut: boolean;
}

/**
 * What a shim could not do. `stage` says how far it got; `runtimeMessage` is the OCI runtime's own last
 * error message (`exec: "foo": executable file not found in $PATH`), empty when there is none.
 */
export interface ShimFault {
  readonly op: string;
  readonly stage: string;
  /** Name such as `ENOENT`, or empty. */
  readonly errno: string;
  readonly path: string;
  readonly runtimeMessage: string;
}

export interface ShimLauncher {
  /**
   * Spawns a held shim: it listens, and nothing runs yet. On rejection (`runtime.shim-launch-failed`)
   * no process is left.
   */
  launch(options: ShimStartOptions): Promise<ShimHandle>;
  /**
   * Connects to a running shim after a daemon restart. Rejects with `runtime.shim-gone` when nobody
   * listens: then the exit file, if there is one, says how the container ended.
   */
  adopt(bundle: string): Promise<ShimHandle>;
}

/**
 * One daemon's connection to one shim. The shim and its container do not depend on it: dropping it
 * (daemon death included) changes nothing, except that a shim which is still held ends.
 */
export interface ShimHandle {
  readonly shimPid: number;
  /**
   * Runs the container. Call once. Streams attached before see its first byte. Rejects with
   * `runtime.shim-start-failed` (a {@link ShimFault} is its cause); the shim then cleans up and `gone` settles.
   */
  start(): Promise<{ readonly pid: number; readonly startTime: number }>;
  /**
   * A raw byte stream with half-close (`allowHalfOpen`). Down: Docker's 8-byte frames without a tty,
   * bare bytes with one; `end` after the container's last byte. Up: bytes for stdin; `end()` half-closes.
   * The reader's pace is the container's pace. The caller ends or destroys it. It does not
   * flow until somebody reads.
   */
  attach(options: AttachOptions): Promise<Duplex>;
  /**
   * Runs one more process in the container; resolves when it runs. `stream` as of attach, absent when
   * detached. Rejects with `runtime.shim-exec-failed`.
   */
  exec(options: ShimExecOptions): Promise<{ readonly pid: number; readonly stream?: Duplex }>;
  /**
   * Runs one more process in the container and resolves when it has ended, or is late. It is no exec to anybody
   * else: no event tells of its end, no exit file, no state; dropping our connection kills it. Rejects as exec does.
   */
  probe(options: ShimProbeOptions): Promise<ShimProbeResult>;
  /** Rejects with `runtime.shim-no-process` when the target does not run. */
  resize(target: ShimTarget, rows: number, cols: number): Promise<void>;
  /** Sends the signal. Rejects with `runtime.shim-no-process` when the target does not run; never hits a reused pid. */
  kill(target: ShimTarget, signal: number): Promise<void>;
  /** Closes the target's stdin once what was received for it is written. */
  closeStdin(target: ShimTarget): Promise<void>;
  state(): Promise<ShimState>;
  /** Ends a held shim; kills a running container with SIGKILL, which then ends in the ordinary way. */
  shutdown(): Promise<void>;
  /** Settles when the exit file is on disk; never rejects. Pending for ever if the start failed. */
  readonly exit: Promise<ContainerExit>;
  /**
   * Each exec's end, before its stream ends. Its exit file is for a time without a daemon (readExecExitFile): once
   * the listeners were called it is removed.
   */
  onExecExit(
    listener: (event: { readonly execId: string; readonly exitCode: number }) => void,
  ): void;
  /** The kernel killed a process of the container for want of memory; `count` is the total so far. */
  onOom(listener: (event: { readonly count: number }) => void): void;
  /** The log was rotated, once or more often, a moment ago. */
  onLogRotated(listener: () => void): void;
  /**
   * Settles when the runtime's state is deleted, the socket is unlinked and the container's name may be
   * used again; never rejects. Also settles after a failed start and after `shutdown` of a held shim.
   */
  readonly gone: Promise<void>;
  /** Drops our control connection (streams handed out live on); the container goes on. */
  close(): void;
}
