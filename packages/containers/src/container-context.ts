import type { EventBus } from '@berth/events';
import type { ImageService } from '@berth/images';
import type { ConcurrencyLimit } from '@berth/images/concurrency-limit.ts';
import type { Kernel } from '@berth/kernel';
import type { NetworkService } from '@berth/networks';
import type { ShimLauncher } from '@berth/runtime/shim/index.ts';
import type { LayerTransfer, Snapshotter } from '@berth/snapshots';
import type { Database } from '@berth/state';
import type { VolumeService } from '@berth/volumes';
import type { ContainerEntry } from './container-entry.ts';
import type { ContainerPaths } from './container-paths.ts';
import type { ContainerStore } from './container-store.ts';
import type { ContainersConfig } from './containers-config.ts';
import type { ExecStore } from './exec/exec-store.ts';
import type { UnhealthyAction } from './health/health-plan.ts';
import type { LiveContainer } from './live-container.ts';
import type { LogCompressor } from './logs/log-compressor.ts';
import type { LogForwarders } from './logs/log-forwarders.ts';
import type { SeccompFilters } from './start/seccomp-filters.ts';
import type { StatsCollector } from './stats/stats-collector.ts';
import type { Clock } from './timestamp.ts';
import type { ReportError } from './undo-stack.ts';

/** New identifiers of 64 hexadecimal digits. */
export interface IdSource {
  next(): string;
}

/**
 * Called between the steps of every multi-step operation. Production passes nothing; fault tests end the
 * process here, to prove that the next daemon finishes or undoes what was begun.
 */
export type FaultPoint = (name: string) => void;

/** What the containers package stands on. Nothing is picked up from globals. */
export interface ContainersDependencies {
  readonly kernel: Kernel;
  readonly database: Database;
  readonly snapshotter: Snapshotter & {
    readonly transfer: Pick<LayerTransfer, 'pack' | 'unpack' | 'describe' | 'resolve'>;
  };
  readonly images: ImageService;
  readonly networks: NetworkService;
  readonly volumes: VolumeService;
  readonly shims: ShimLauncher;
  readonly events: EventBus;
  readonly config: ContainersConfig;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly dataRoot: string;
  readonly execRoot: string;
  readonly faultPoint?: FaultPoint;
  /** Failures that no client waits for, such as an incomplete tear-down. */
  readonly reportError?: ReportError;
  /** Numbers in [0, 1) for generated names; Math.random when absent. */
  readonly random?: () => number;
}

/** What may follow an exit or a failed start. Behind an interface, because each leads back to a start. */
export interface FollowUps {
  /** Starts the container again after `delay` milliseconds, unless it is stopped, started or removed before. */
  restart(entry: ContainerEntry, delay: number): void;
  /** What the container's configuration asks for when it has become unhealthy in this run. */
  unhealthy(entry: ContainerEntry, live: LiveContainer, action: UnhealthyAction): void;
  /** `--rm`, behind whatever is queued for the container already. */
  autoRemove(entry: ContainerEntry): void;
}

/** The dependencies and the state that all operations share. */
export interface ContainerContext
  extends Omit<ContainersDependencies, 'faultPoint' | 'reportError' | 'random'> {
  readonly store: ContainerStore;
  readonly execs: ExecStore;
  readonly logForwarders: LogForwarders;
  readonly logCompressor: LogCompressor;
  readonly stats: StatsCollector;
  readonly paths: ContainerPaths;
  readonly seccompFilters: SeccompFilters;
  readonly followUps: FollowUps;
  /** Lets few containers be killed at a time. */
  readonly kills: ConcurrencyLimit;
  readonly faultPoint: FaultPoint;
  readonly reportError: ReportError;
  readonly random: () => number;
  /** True from the beginning of `shutdown`: nothing is restarted any more. */
  shuttingDown: boolean;
}
