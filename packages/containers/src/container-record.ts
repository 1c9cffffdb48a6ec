import type { ContainerConfig, EndpointSettings, HostConfig } from '@berth/engine-api';
import type { CgroupDriver, IdMappings } from '@berth/kernel';
import type { Descriptor, Digest, Platform } from '@berth/oci';
import type { TableDefinition } from '@berth/state';
import type { StateFacts } from './container-state.ts';
import type { HealthFacts } from './health/health-state.ts';
import type { MountRecord } from './mounts/mount-record.ts';
import type { PlannedUpdate } from './update/planned-update.ts';

/** The image that a container was made from, as it was then. */
export interface ContainerImage {
  readonly id: Digest;
  /** What the user typed. */
  readonly name: string;
  readonly manifest: Descriptor;
  readonly platform: Platform;
  /** Chain IDs, bottom first. */
  readonly chain: readonly Digest[];
}

/** What the network gave the container, but for its ports; kept after it stopped, as `inspect` shows it. */
export interface NetworkFacts {
  readonly sandboxId: string;
  readonly namespacePath?: string;
  readonly endpoints: Readonly<Record<string, EndpointSettings>>;
}

/** Paths of the files under /etc that the engine manages; those of the peer with `--network container:`. */
export interface ManagedFiles {
  readonly hosts?: string;
  readonly resolvConf?: string;
  readonly hostname?: string;
}

/** What happened to the container so far. All of it is observed; the state is derived (container-state.ts). */
export interface ContainerFacts extends StateFacts {
  /** Start time of process `pid` in clock ticks after boot: tells a reused pid apart. */
  readonly pidStartTime?: number;
  readonly bootId?: string;
  /** OCI cgroupsPath of the run, and the driver that reads it: the daemon's settings may change meanwhile. */
  readonly cgroupsPath?: string;
  readonly cgroupDriver?: CgroupDriver;
  /** Maps of the user namespace of the run: the daemon's settings may change meanwhile. */
  readonly idMappings?: IdMappings;
  /** Why the engine itself pauses or paused it; absent for a pause that somebody asked for. */
  readonly pausedFor?: 'commit';
  readonly finishedAt?: string;
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  readonly restartCount: number;
  /** Milliseconds that the restart policy waited last; absent after a start by hand. */
  readonly restartDelay?: number;
  /** Set by stop and kill, cleared by start: keeps the restart policy from undoing them. */
  readonly manuallyStopped: boolean;
  /** The removal that was begun takes the anonymous volumes along. */
  readonly removeVolumes?: boolean;
  /** An update whose limits the kernel is being given: finished by whoever finds it here. */
  readonly update?: PlannedUpdate;
  /** As it was when the status changed last. */
  readonly health?: HealthFacts;
  readonly network?: NetworkFacts;
  readonly files?: ManagedFiles;
}

/** One container: everything that was asked for, after defaults, and everything that happened. */
export interface ContainerRecord {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly created: string;
  readonly image: ContainerImage;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** NetworkingConfig.EndpointsConfig as given, by network name. */
  readonly endpoints: Readonly<Record<string, EndpointSettings>>;
  readonly mounts: readonly MountRecord[];
  readonly driver: string;
  /** Empty when nothing is logged to a file. */
  readonly logPath: string;
  /** `preparing` until the snapshot and the folder exist: undone by reconcile. */
  readonly stage: 'preparing' | 'ready';
  readonly facts: ContainerFacts;
}

export const initialFacts: ContainerFacts = {
  exitCode: 0,
  error: '',
  oomKilled: false,
  restartCount: 0,
  manuallyStopped: false,
};

/** What was asked for: written when the container is made, and when it is renamed or updated. */
export const containersTable: TableDefinition<Omit<ContainerRecord, 'facts'>> = {
  name: 'containers',
  key: (record) => record.id,
  unique: { name: (record) => record.name },
};

/** What happened: written at every start and exit. */
export const containerFactsTable: TableDefinition<Pick<ContainerRecord, 'id' | 'facts'>> = {
  name: 'container_facts',
  key: (row) => row.id,
};
