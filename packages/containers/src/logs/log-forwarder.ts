import path from 'node:path';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { HeldLogFile, type LogRecord, readLogBatches } from '@berth/logs';
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
import { OutageFilter, patientRetry, type RetryPolicy } from '@berth/logs/remote/retry-policy.ts';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { parseLogOptions } from '../validate/log-options.ts';
import { LogCursorFile } from './log-cursor-file.ts';
import { sourceOf } from './log-source.ts';

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
  readonly #cursorFile: LogCursorFile;
  readonly #held: HeldLogFile | undefined;
  #cursor: LogCursor = startOfLog;

  constructor(context: ContainerContext, entry: ContainerEntry) {
    this.#context = context;
    this.#entry = entry;
    const { id, logPath, hostConfig } = entry.record;
    this.#cursorFile = new LogCursorFile(path.join(context.paths.data(id), 'log-cursor.json'));
    const { hold, maxFiles } = parseLogOptions(hostConfig.LogConfig);
    this.#held = hold ? new HeldLogFile(logPath, maxFiles - 1) : undefined;
    this.done = this.#run();
  }

  /** Stops and keeps the place, also while a receiver takes nothing. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    await using _file = this.#cursorFile;
    this.#cursor = await this.#cursorFile.load();
    const retry = this.#retryPolicy();
    let told = false;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const after = failures > 0 ? retry.keep : undefined;
        await this.#forward(after, (whole) => {
          // A receiver that is only slower than the container gets the rest soon.
          failures = 0;
          if (whole) told = false;
        });
        break;
      } catch (error) {
        failures += 1;
        if (!told && !signal.aborted && !this.#entry.gone) {
          this.#context.reportError(error, `sending the log of container ${this.#entry.id}`);
        }
        told = true;
      }
      if (signal.aborted) break;
      if (retry.attempts !== undefined && failures > retry.attempts) {
        this.#cursor = { time: this.#now(), count: 0 };
        await this.#save();
        // What it wrote last is left out as well, and no more comes.
        if (this.#entry.live === undefined) break;
        failures = 1;
      }
      await delay(retry.wait(failures), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #retryPolicy(): RetryPolicy {
    const { Type: name = '', Config: options } = this.#entry.record.hostConfig.LogConfig ?? {};
    return remoteLogDriver(name)?.retry?.(options ?? {}) ?? patientRetry;
  }

  /** As LogRecord.time. */
  #now(): string {
    const nanoseconds = this.#context.clock.nowNano();
    const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
  }

  /**
   * Calls `worked` when a slice has been sent, `whole` or its first records. `keep`: so many of the entries that wait
   * are sent, the rest is left out.
   */
  async #forward(keep: number | undefined, worked: (whole: boolean) => void): Promise<void> {
    const { record, live } = this.#entry;
    const { Type: name = '', Config: options } = record.hostConfig.LogConfig ?? {};
    const driver = remoteLogDriver(name);
    if (driver === undefined) return;
    const system = {
      sendDatagram: (to: string, message: string | Uint8Array) =>
        this.#context.kernel.host.sendDatagram(to, message),
    };
    const sender: LogSender = await driver.open(options ?? {}, sourceOf(record), system);
    const giveUp = (): void => sender.close();
    this.#stop.signal.addEventListener('abort', giveUp, { once: true });
    try {
      this.#stop.signal.throwIfAborted();
      const outage = keep === undefined ? undefined : new OutageFilter(keep, this.#now());
      const filter = new CursorFilter(this.#cursor);
      const since = cursorTime(this.#cursor);
      const batches = readLogBatches({
        path: record.logPath,
        stdout: true,
        stderr: true,
        signal: this.#stop.signal,
        onFileRead: (identity) => this.#held?.noteRead(identity),
        ...(since === undefined ? {} : { since }),
        ...(live === undefined ? {} : { follow: true, stopped: live.ended }),
      });
      for await (const batch of batches) {
        for (const records of slicesOf(filter.rest(batch))) {
          for (const portion of outage?.portions(records) ?? [{ records, leftOut: false }]) {
            if (portion.leftOut) this.#cursor = advance(this.#cursor, portion.records);
            else await this.#send(sender, portion.records, () => worked(false));
          }
          worked(true);
          // Senders that wait for nobody must not keep everybody else waiting.
          await setImmediate();
        }
        await this.#held?.release();
      }
    } finally {
      this.#stop.signal.removeEventListener('abort', giveUp);
      sender.close();
    }
  }

  /** Keeps the place behind what was sent, also where the rest was not. */
  async #send(
    sender: LogSender,
    records: readonly LogRecord[],
    progressed: () => void,
  ): Promise<void> {
    let sent = 0;
    try {
      await sender.send(records, (count) => {
        sent = count;
      });
      sent = records.length;
    } finally {
      if (sent > 0) {
        progressed();
        this.#context.faultPoint('log.sent');
        this.#cursor = advance(this.#cursor, records.slice(0, sent));
        await this.#save();
      }
    }
  }

  async #save(): Promise<void> {
    try {
      await this.#cursorFile.save(this.#cursor);
    } catch (error) {
      if (!this.#entry.gone && this.#entry.facts.removal === undefined) {
        this.#context.reportError(error, `keeping the place in the log of ${this.#entry.id}`);
      }
    }
  }
}
