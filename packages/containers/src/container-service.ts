import type { Duplex, Readable } from 'node:stream';
import type {
  ContainerConfig,
  ContainerCreateResponse,
  ContainerInspectResponse,
  ContainerStatsResponse,
  ContainerSummary,
  ContainerTopResponse,
  ContainerUpdateResponse,
  ContainerWaitResponse,
  ContainerXray,
  EndpointSettings,
  FilesystemChange,
  HostConfig,
  NetworkingConfig,
} from '@berth/engine-api';
import type { Digest } from '@berth/oci';
import type { CommitOptions } from './container-commit.ts';
import type { ContainerStateName } from './container-state.ts';
import type { ContainerNeeds } from './container-usage.ts';
import type { HealthStatus } from './health/health-state.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

/** Body of POST /containers/create. */
export type ContainerCreateBody = ContainerConfig & {
  HostConfig?: HostConfig;
  NetworkingConfig?: NetworkingConfig;
};

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Replay of what was logged so far. */
  readonly logs: boolean;
  /** Follow from now on. */
  readonly stream: boolean;
  /** Docker's notation, for example `ctrl-p,ctrl-q`; absent for the default. */
  readonly detachKeys?: string;
}

/**
 * A prepared attach or exec stream. `tty` tells the front door which content type to announce; then it
 * hands over the client's raw socket, which carries stdin up (half-close ends stdin) and raw bytes (tty)
 * or 8-byte frames (no tty) down. `run` resolves when the stream has ended and was flushed.
 */
export interface StreamSession {
  readonly tty: boolean;
  run(client: Duplex): Promise<void>;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Seconds since the epoch with fraction; 0 or absent: no limit. */
  readonly since?: number;
  readonly until?: number;
  readonly timestamps: boolean;
  readonly details: boolean;
  /** Lines from the end; undefined for all. */
  readonly tail?: number;
}

export interface ExecCreateBody {
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly ConsoleSize?: readonly number[] | null;
  readonly DetachKeys?: string;
  readonly Tty?: boolean;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Privileged?: boolean;
  readonly User?: string;
  readonly WorkingDir?: string;
}

export interface ExecInspect {
  readonly CanRemove: boolean;
  readonly DetachKeys: string;
  readonly ID: string;
  readonly Running: boolean;
  readonly ExitCode: number | null;
  readonly ProcessConfig: {
    readonly tty: boolean;
    readonly entrypoint: string;
    readonly arguments: readonly string[];
    readonly privileged: boolean;
    readonly user?: string;
  };
  readonly OpenStdin: boolean;
  readonly OpenStderr: boolean;
  readonly OpenStdout: boolean;
  readonly ContainerID: string;
  readonly Pid: number;
}

/** One container as a monitoring system wants to know it. */
export interface ContainerMeasurement {
  readonly id: string;
  readonly name: string;
  /** What the user typed. */
  readonly image: string;
  readonly state: ContainerStateName;
  readonly restartCount: number;
  /** Present when the health is checked. */
  readonly health?: HealthStatus;
  /** Present while it runs. */
  readonly stats?: ContainerStatsResponse;
}

/** The header X-Docker-Container-Path-Stat. `mode` is a Go os.FileMode. */
export interface FileStat {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  /** RFC 3339 with nanoseconds. */
  readonly mtime: string;
  /** Where a symbolic link leads to in the end; empty for anything else. */
  readonly linkTarget: string;
}

export interface WriteFilesOptions {
  readonly source: Readable;
  /** A folder never replaces a file, nor a file a folder. */
  readonly noOverwriteDirNonDir: boolean;
  /** Everything belongs to the user that the container is configured with, if any. */
  readonly copyUidGid: boolean;
  readonly signal?: AbortSignal;
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/**
 * The lifecycle of containers. Containers are named by ID, name or unambiguous ID prefix; an unknown
 * one fails with containers.not-found (Docker's text `No such container: …`). One operation at a time
 * per container; different containers never wait for each other. Every action publishes Docker's events.
 */
export interface ContainerService {
  /** Adopts running containers, finishes or undoes interrupted operations, removes strays. Call once at start. */
  reconcile(): Promise<void>;
  /** `stop-containers` is Docker's classic behaviour: stops them within the timeout (seconds). */
  shutdown(mode: 'leave-running' | 'stop-containers', timeoutSeconds: number): Promise<void>;

  create(
    body: ContainerCreateBody,
    options: { readonly name?: string; readonly platform?: string },
  ): Promise<ContainerCreateResponse>;
  list(options: {
    readonly all?: boolean;
    readonly limit?: number;
    readonly size?: boolean;
    readonly filters?: Filters;
  }): Promise<ContainerSummary[]>;
  inspect(name: string, options?: { readonly size?: boolean }): Promise<ContainerInspectResponse>;
  /** Resolves false when it was running already (304). */
  start(name: string, options?: { readonly checkpoint?: string }): Promise<boolean>;
  /** Resolves false when it was stopped already (304). `timeout` in seconds; -1 waits for ever. */
  stop(
    name: string,
    options?: { readonly signal?: string; readonly timeout?: number },
  ): Promise<boolean>;
  restart(
    name: string,
    options?: { readonly signal?: string; readonly timeout?: number },
  ): Promise<void>;
  kill(name: string, signal?: string): Promise<void>;
  pause(name: string): Promise<void>;
  unpause(name: string): Promise<void>;
  rename(name: string, newName: string): Promise<void>;
  update(name: string, body: HostConfig): Promise<ContainerUpdateResponse>;
  /** Gives it an endpoint in one more network (name or ID), at once or at its next start. */
  connect(name: string, network: string, settings: EndpointSettings): Promise<void>;
  /** Takes it out of a network; its other networks are not disturbed. */
  disconnect(name: string, network: string): Promise<void>;
  remove(
    name: string,
    options?: { readonly force?: boolean; readonly volumes?: boolean; readonly link?: boolean },
  ): Promise<void>;
  prune(filters: Filters): Promise<{ readonly deleted: string[]; readonly spaceReclaimed: number }>;
  /**
   * Resolves once the wait is registered, with a promise of the result: the front door sends the
   * response head in between, as `docker run` relies on it.
   */
  wait(
    name: string,
    condition: WaitCondition,
    signal?: AbortSignal,
  ): Promise<{ readonly result: Promise<ContainerWaitResponse> }>;
  attach(name: string, options: AttachOptions): Promise<StreamSession>;
  /** `stream` is raw (tty) or framed and ends when done; destroy it to stop following. */
  logs(
    name: string,
    options: LogOptions,
  ): Promise<{ readonly tty: boolean; readonly stream: Readable }>;
  resize(name: string, rows: number, columns: number): Promise<void>;
  /** What it is on this host. */
  xray(name: string): Promise<ContainerXray>;
  top(name: string, psArguments?: string): Promise<ContainerTopResponse>;
  changes(name: string): Promise<FilesystemChange[]>;
  /**
   * Tar of the container's own file system, without volumes. Destroy the stream to end it early; it fails
   * when the container is removed meanwhile.
   */
  export(name: string): Promise<Readable>;
  /**
   * A new image of the container's image and what the container changed; resolves with its ID. Fails with
   * images.invalid-change or images.invalid-reference before anything is done.
   */
  commit(name: string, options: CommitOptions): Promise<Digest>;

  /** One answer; unless `oneShot` it takes a second and tells the use of CPU. Zeros for what does not run. */
  stats(
    name: string,
    options: { readonly oneShot: boolean; readonly signal?: AbortSignal },
  ): Promise<ContainerStatsResponse>;
  /** An answer each second until the container is removed or `signal` aborts. */
  streamStats(name: string, signal: AbortSignal): AsyncIterable<ContainerStatsResponse>;
  measureAll(): Promise<readonly ContainerMeasurement[]>;
  /** What stands at `path`. Fails with containers.file-missing when nothing does. */
  statFile(name: string, path: string): Promise<FileStat>;
  /**
   * Tar of the file or folder at `path`, volumes included, with what it is. A final link is not followed.
   * Destroy the stream to end it early.
   */
  readFiles(
    name: string,
    path: string,
  ): Promise<{ readonly stat: FileStat; readonly stream: Readable }>;
  /** Unpacks a tar (compressed or not) into the folder at `path`, all links followed inside the container. */
  writeFiles(name: string, path: string, options: WriteFilesOptions): Promise<void>;

  execCreate(name: string, body: ExecCreateBody): Promise<{ readonly Id: string }>;
  execStart(
    execId: string,
    options: {
      readonly detach: boolean;
      readonly tty?: boolean;
      readonly consoleSize?: readonly number[];
    },
  ): Promise<StreamSession | undefined>;
  execResize(execId: string, rows: number, columns: number): Promise<void>;
  execInspect(execId: string): Promise<ExecInspect>;

  counts(): {
    readonly total: number;
    readonly running: number;
    readonly paused: number;
    readonly stopped: number;
  };
  diskUsage(): Promise<readonly ContainerSummary[]>;
  /** What each container keeps, those being made included, for telling what takes space. */
  needs(): readonly ContainerNeeds[];
}
