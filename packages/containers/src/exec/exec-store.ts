import { unlink } from 'node:fs/promises';
import path from 'node:path';
import { engineError } from '@berth/errors';
import type { EventBus } from '@berth/events';
import type { ContainerEntry } from '../container-entry.ts';
import { publishContainerEvent } from '../container-events.ts';
import type { ContainerPaths } from '../container-paths.ts';
import type { LiveContainer } from '../live-container.ts';
import type { ExecRecord } from './exec-record.ts';

/** How long an ended exec can still be inspected, in milliseconds. */
const retention = 5 * 60_000;

/** Every exec of this daemon, by ID. */
export class ExecStore {
  readonly #execs = new Map<string, ExecRecord>();
  readonly #waiters = new Map<string, () => void>();
  readonly #retained = new Map<string, NodeJS.Timeout>();
  readonly #events: EventBus;
  readonly #paths: ContainerPaths;

  constructor(events: EventBus, paths: ContainerPaths) {
    this.#events = events;
    this.#paths = paths;
  }

  add(record: ExecRecord): void {
    this.#execs.set(record.id, record);
    record.entry.execIds.add(record.id);
  }

  /** By full ID, or unambiguous prefix. Fails with containers.exec-not-found. */
  get(id: string): ExecRecord {
    const exact = this.#execs.get(id);
    if (exact !== undefined) return exact;
    const matches =
      id.length < 6 ? [] : [...this.#execs.values()].filter((exec) => exec.id.startsWith(id));
    if (matches.length === 1) return matches[0] as ExecRecord;
    throw engineError('containers.exec-not-found', { id });
  }

  update(id: string, change: Partial<Omit<ExecRecord, 'id' | 'entry'>>): ExecRecord {
    const record = { ...this.get(id), ...change };
    this.#execs.set(record.id, record);
    return record;
  }

  /** Follows the ends of the container's execs, and ends those that are left when the container does. */
  watch(entry: ContainerEntry, live: LiveContainer): void {
    live.shim.onExecExit(({ execId, exitCode }) => this.end(entry, execId, exitCode));
    void live.ended.then(() => {
      for (const id of [...entry.execIds]) this.#drop(entry, id);
    });
  }

  /** Records the end of an exec, publishes it, and forgets the record later. */
  end(entry: ContainerEntry, execId: string, exitCode: number): void {
    const record = this.#execs.get(execId);
    if (record === undefined || record.phase === 'ended') return;
    this.update(execId, { phase: 'ended', exitCode, pid: 0 });
    this.#drop(entry, execId);
    publishContainerEvent({ events: this.#events }, entry.record, 'exec_die', {
      execID: execId,
      exitCode: String(exitCode),
    });
    removeFile(record);
  }

  /** Resolves when the exec has ended; at once when there is no such exec any more. */
  async ended(id: string): Promise<void> {
    const record = this.#execs.get(id);
    if (record === undefined || record.phase === 'ended') return;
    await new Promise<void>((resolve) => this.#waiters.set(id, resolve));
  }

  /** Forgets an exec at once: one that no client knows of. */
  discard(id: string): void {
    const record = this.#execs.get(id);
    if (record === undefined) return;
    if (record.phase !== 'ended') removeFile(record);
    record.entry.execIds.delete(id);
    this.#execs.delete(id);
    this.#waiters.delete(id);
    clearTimeout(this.#retained.get(id));
    this.#retained.delete(id);
  }

  /** The container is gone: nothing of its execs can be asked for any more. */
  forget(entry: ContainerEntry): void {
    for (const [id, record] of this.#execs) if (record.entry === entry) this.#execs.delete(id);
  }

  /** The OCI process document of an exec; it stays as long as the exec runs, for a daemon that adopts it. */
  processFile(containerId: string, execId: string): string {
    return path.join(this.#paths.runtime(containerId), `exec-${execId}.json`);
  }

  /** The same for the shim, when it does without the runtime. */
  planFile(containerId: string, execId: string): string {
    return path.join(this.#paths.runtime(containerId), `exec-${execId}.plan`);
  }

  #drop(entry: ContainerEntry, id: string): void {
    entry.execIds.delete(id);
    const record = this.#execs.get(id);
    if (record !== undefined && record.phase !== 'ended') {
      this.#execs.set(id, { ...record, phase: 'ended', exitCode: record.exitCode ?? 137, pid: 0 });
    }
    this.#waiters.get(id)?.();
    this.#waiters.delete(id);
    const timer = setTimeout(() => {
      this.#execs.delete(id);
      this.#retained.delete(id);
    }, retention);
    this.#retained.set(id, timer.unref());
  }
}

function removeFile({ file }: ExecRecord): void {
  if (file !== undefined) void unlink(file).catch(() => undefined);
}
