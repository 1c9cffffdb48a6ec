import { setTimeout as delay } from 'node:timers/promises';
import { remoteLogDriver } from '@berth/logs/remote/remote-drivers.ts';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { LogForwarder } from './log-forwarder.ts';

/** How long a removal waits for a receiver that is away, in milliseconds. */
const removalPatience = 5_000;

/** The forwarders of all containers whose logs go elsewhere. */
export class LogForwarders {
  readonly #forwarders = new Map<ContainerEntry, LogForwarder>();

  /** Sends what is in the log, and what comes while the container runs. One that still sends is taken over. */
  start(context: ContainerContext, entry: ContainerEntry): void {
    const driver = entry.record.hostConfig.LogConfig?.Type ?? '';
    if (remoteLogDriver(driver) === undefined) return;
    const before = this.#forwarders.get(entry)?.stop() ?? Promise.resolve();
    void before.then(() => {
      if (entry.gone || context.shuttingDown) return;
      const forwarder = new LogForwarder(context, entry);
      this.#forwarders.set(entry, forwarder);
      void forwarder.done.then(() => {
        if (this.#forwarders.get(entry) === forwarder) this.#forwarders.delete(entry);
      });
    });
  }

  /** Before the log is removed: what the container wrote last should still get out. */
  async drain(entry: ContainerEntry): Promise<void> {
    const forwarder = this.#forwarders.get(entry);
    if (forwarder === undefined) return;
    await Promise.race([forwarder.done, delay(removalPatience, undefined, { ref: false })]);
    await forwarder.stop();
  }

  /** Stops all and keeps their places. */
  async close(): Promise<void> {
    await Promise.all([...this.#forwarders.values()].map((forwarder) => forwarder.stop()));
  }
}
