import type { ContainerFacts, ContainerRecord } from './container-record.ts';
import { type ContainerStateName, stateOf } from './container-state.ts';
import type { HealthMonitor } from './health/health-monitor.ts';
import type { LiveContainer } from './live-container.ts';
import { OperationQueue } from './operation-queue.ts';

/** Why a wait ended. */
export interface ExitNotice {
  readonly exitCode: number;
  readonly error: string;
}

/** `exit`: the process ended; `stopped`: and it is not restarted; `removed`: the container is gone. */
export type EndEvent = 'exit' | 'stopped' | 'removed';

/** A container in memory: its record, its queue, and what is attached to it while it runs. */
export class ContainerEntry {
  readonly queue = new OperationQueue();
  /** Present from the launch of the shim until its exit was dealt with. */
  live: LiveContainer | undefined;
  /** Attach sessions that wait for the next start; called with its live container, or with nothing when it failed. */
  readonly pendingSessions = new Set<(live: LiveContainer | undefined) => Promise<void>>();
  /** Execs of the current run, by ID. */
  readonly execIds = new Set<string>();
  /** Cancels the back-off of the restart policy. */
  cancelRestart: (() => void) | undefined;
  /** Who needs the root file system mounted (container-root.ts). */
  readonly rootHolders = new Set<string>();
  /** Mounts and unmounts of the root, one after the other. */
  readonly rootQueue = new OperationQueue();
  /** Cuts off the exports that are under way. */
  readonly exports = new Set<() => void>();
  /** Commits under way that want the container paused. */
  pausingCommits = 0;
  /** Looks after the health while the container runs and is not paused. */
  health: HealthMonitor | undefined;
  /** Actions on the unhealthy container since it was healthy last. */
  unhealthyActions = 0;
  /** Set by `restart`: the exit that follows is not the end (no auto-remove). */
  manuallyRestarting = false;
  #record: ContainerRecord;
  readonly #listeners = new Set<(event: EndEvent, notice: ExitNotice) => void>();

  constructor(record: ContainerRecord) {
    this.#record = record;
  }

  get record(): ContainerRecord {
    return this.#record;
  }

  get id(): string {
    return this.#record.id;
  }

  get name(): string {
    return this.#record.name;
  }

  get facts(): ContainerFacts {
    return this.#record.facts;
  }

  get state(): ContainerStateName {
    return stateOf(this.#record.facts);
  }

  /** Removed: operations that waited in the queue meanwhile find nothing to do. */
  gone = false;

  /** Running or paused: there is a process. */
  get running(): boolean {
    return this.#record.facts.pid !== undefined;
  }

  /** Only for the store, which has written the record before. */
  replaceRecord(record: ContainerRecord): void {
    this.#record = record;
  }

  /** Calls `listener` at every exit and at the removal, until the returned function is called. */
  onEnd(listener: (event: EndEvent, notice: ExitNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  notify(event: EndEvent, notice: ExitNotice): void {
    for (const listener of [...this.#listeners]) listener(event, notice);
  }
}
