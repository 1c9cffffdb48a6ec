import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { readLogBatches } from '@berth/logs';
import {
  advance,
  CursorFilter,
  cursorTime,
  type LogCursor,
  slicesOf,
  startOfLog,
} from '@berth/logs/remote/log-cursor.ts';
import type { LogSender } from '@berth/logs/remote/log-sender.ts';
import { remoteLogDriver } from '@berth/logs/remote/remote-drivers.ts';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { sourceOf } from './log-source.ts';

const firstWait = 100;
const longestWait = 30_000;
/** How seldom the cursor is written, in milliseconds: after a kill -9 so much may be sent twice. */
const saveInterval = 500;

/**
 * Sends one container's log from its file to where the driver wants it, from the saved cursor on, and again when the
 * receiver was away. The container never waits for it.
 */
export class LogForwarder {
  /** Settles when the run's log has been sent to its end, or the forwarding was stopped. */
  readonly done: Promise<void>;
  readonly #context: ContainerContext;
  readonly #entry: ContainerEntry;
  readonly #stop = new AbortController();
  #cursor: LogCursor = startOfLog;
  #saved: LogCursor = startOfLog;
  #savedAt = 0;

  constructor(context: ContainerContext, entry: ContainerEntry) {
    this.#context = context;
    this.#entry = entry;
    this.done = this.#run();
  }

  /** Stops and keeps the place, also while a receiver takes nothing. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    await this.#load();
    let told = false;
    for (let wait = firstWait; !signal.aborted; wait = Math.min(wait * 2, longestWait)) {
      try {
        await this.#forward(() => {
          wait = firstWait;
          told = false;
        });
        break;
      } catch (error) {
        if (!told && !signal.aborted && !this.#entry.gone) {
          this.#context.reportError(error, `sending the log of container ${this.#entry.id}`);
        }
        told = true;
      }
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
    await this.#save(true);
  }

  async #forward(worked: () => void): Promise<void> {
    const { record, live } = this.#entry;
    const { Type: name = '', Config: options } = record.hostConfig.LogConfig ?? {};
    const driver = remoteLogDriver(name);
    if (driver === undefined) return;
    const system = {
      sendDatagram: (to: string, text: string) => this.#context.kernel.host.sendDatagram(to, text),
    };
    const sender: LogSender = await driver.open(options ?? {}, sourceOf(record), system);
    const giveUp = (): void => sender.close();
    this.#stop.signal.addEventListener('abort', giveUp, { once: true });
    try {
      this.#stop.signal.throwIfAborted();
      const filter = new CursorFilter(this.#cursor);
      const since = cursorTime(this.#cursor);
      const batches = readLogBatches({
        path: record.logPath,
        stdout: true,
        stderr: true,
        signal: this.#stop.signal,
        ...(since === undefined ? {} : { since }),
        ...(live === undefined ? {} : { follow: true, stopped: live.ended }),
      });
      for await (const batch of batches) {
        for (const records of slicesOf(filter.rest(batch))) {
          await sender.send(records);
          worked();
          this.#cursor = advance(this.#cursor, records);
          await this.#save(false);
          // Senders that wait for nobody must not keep everybody else waiting.
          await setImmediate();
        }
      }
    } finally {
      this.#stop.signal.removeEventListener('abort', giveUp);
      sender.close();
    }
  }

  get #file(): string {
    return path.join(this.#context.paths.data(this.#entry.id), 'log-cursor.json');
  }

  async #load(): Promise<void> {
    try {
      const { time, count } = JSON.parse(await readFile(this.#file, 'utf8')) as LogCursor;
      this.#cursor = { time, count };
    } catch {
      this.#cursor = startOfLog;
    }
    this.#saved = this.#cursor;
  }

  async #save(now: boolean): Promise<void> {
    if (this.#cursor === this.#saved) return;
    if (!now && Date.now() - this.#savedAt < saveInterval) return;
    this.#saved = this.#cursor;
    this.#savedAt = Date.now();
    try {
      await writeFile(`${this.#file}.new`, JSON.stringify(this.#saved), { mode: 0o600 });
      await rename(`${this.#file}.new`, this.#file);
    } catch (error) {
      if (!this.#entry.gone && this.#entry.facts.removal === undefined) {
        this.#context.reportError(error, `keeping the place in the log of ${this.#entry.id}`);
      }
    }
  }
}
