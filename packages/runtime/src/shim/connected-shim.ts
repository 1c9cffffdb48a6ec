import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { lostExit, parseExitRecord, readExitFile, removeExecExitFile } from './exit-file.ts';
import type {
  AttachOptions,
  ContainerExit,
  ShimExecOptions,
  ShimHandle,
  ShimPhase,
  ShimProbeOptions,
  ShimProbeResult,
  ShimState,
  ShimTarget,
} from './shim-client.ts';
import { ShimConnection } from './shim-connection.ts';
import {
  numberOf,
  programArguments,
  type ShimMessage,
  type ShimRequest,
  stringOf,
  targetArguments,
} from './shim-messages.ts';
import { connectShim, shimSocketName } from './shim-socket.ts';
import { openShimStream } from './shim-stream.ts';

/** How long a killed shim's guard gets to end the container before we stop waiting for it. */
const guardPatienceMs = 30_000;

export interface ShimIdentity {
  readonly id: string;
  readonly bundle: string;
  readonly shimPid: number;
  /** Where the exit record goes; unknown for an adopted shim whose caller reads it itself. */
  readonly exitFile: string | undefined;
}

type ExecExitListener = Parameters<ShimHandle['onExecExit']>[0];
type OomListener = Parameters<ShimHandle['onOom']>[0];

/** ShimHandle over a control connection that is subscribed to the shim's events. */
export class ConnectedShim implements ShimHandle {
  readonly exit: Promise<ContainerExit>;
  readonly gone: Promise<void>;
  readonly #identity: ShimIdentity;
  readonly #exit = Promise.withResolvers<ContainerExit>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #execExitListeners: ExecExitListener[] = [];
  readonly #oomListeners: OomListener[] = [];
  readonly #rotationListeners: (() => void)[] = [];
  #mayRun: boolean;
  #connection: ShimConnection;
  #startFailed = false;
  #exited = false;
  #isGone = false;
  #closed = false;

  /** `mayRun`: the shim was not launched by us a moment ago, so its container may be running. */
  constructor(identity: ShimIdentity, connection: ShimConnection, mayRun: boolean) {
    this.#identity = identity;
    this.#mayRun = mayRun;
    this.#connection = connection;
    this.exit = this.#exit.promise;
    this.gone = this.#gone.promise;
  }

  get shimPid(): number {
    return this.#identity.shimPid;
  }

  async start(): Promise<{ pid: number; startTime: number }> {
    this.#mayRun = true;
    try {
      const reply = await this.#request({ op: 'start' });
      return { pid: numberOf(reply, 'pid'), startTime: numberOf(reply, 'startTime') };
    } catch (error) {
      this.#startFailed = true;
      throw error;
    }
  }

  async attach(options: AttachOptions): Promise<Duplex> {
    const { stdin, stdout, stderr } = options;
    const request = { op: 'attach', stdin, stdout, stderr };
    const { bundle, id } = this.#identity;
    return (await openShimStream(bundle, id, request, 'container')).stream;
  }

  async exec(options: ShimExecOptions): Promise<{ pid: number; stream?: Duplex }> {
    const { execId, program, tty, stdin, stdout, stderr, detach } = options;
    const streams = { tty, stdin, stdout, stderr, detach };
    const request = { op: 'exec', execId, ...programArguments(program), ...streams };
    if (detach) return { pid: numberOf(await this.#request(request, { execId }), 'pid') };
    const { bundle, id } = this.#identity;
    const { reply, stream } = await openShimStream(bundle, id, request, { execId });
    return { pid: numberOf(reply, 'pid'), stream };
  }

  async probe({ execId, program, timeout }: ShimProbeOptions): Promise<ShimProbeResult> {
    const request = { op: 'probe', execId, ...programArguments(program), timeout: whole(timeout) };
    const reply = await this.#request(request, { execId });
    return {
      exitCode: numberOf(reply, 'code'),
      late: reply.late === true,
      output: stringOf(reply, 'output'),
      cut: reply.cut === true,
    };
  }

  async resize(target: ShimTarget, rows: number, cols: number): Promise<void> {
    await this.#request({ op: 'resize', ...targetArguments(target), rows, cols }, target);
  }

  async kill(target: ShimTarget, signal: number): Promise<void> {
    await this.#request({ op: 'kill', ...targetArguments(target), signal }, target);
  }

  async closeStdin(target: ShimTarget): Promise<void> {
    await this.#request({ op: 'close-stdin', ...targetArguments(target) }, target);
  }

  async state(): Promise<ShimState> {
    const reply = await this.#request({ op: 'state' });
    return {
      phase: stringOf(reply, 'phase') as ShimPhase,
      pid: numberOf(reply, 'pid'),
      startTime: numberOf(reply, 'startTime'),
      execs: (reply.execs ?? []) as ShimState['execs'],
      attached: numberOf(reply, 'attached'),
      logDroppedBytes: numberOf(reply, 'logDroppedBytes'),
      oomCount: numberOf(reply, 'oomCount'),
    };
  }

  async shutdown(): Promise<void> {
    await this.#request({ op: 'shutdown' });
  }

  onExecExit(listener: ExecExitListener): void {
    this.#execExitListeners.push(listener);
  }

  onOom(listener: OomListener): void {
    this.#oomListeners.push(listener);
  }

  onLogRotated(listener: () => void): void {
    this.#rotationListeners.push(listener);
  }

  close(): void {
    this.#closed = true;
    this.#connection.close();
  }

  /** For the connection's `listen`. */
  receive(event: ShimMessage): void {
    switch (event.event) {
      case 'exit':
        this.#settleExit(parseExitRecord(event.exit as ShimMessage));
        break;
      case 'exec-exit': {
        const end = { execId: stringOf(event, 'execId'), exitCode: numberOf(event, 'code') };
        for (const listener of this.#execExitListeners) listener(end);
        void removeExecExitFile(this.#identity.bundle, end.execId);
        break;
      }
      case 'oom':
        for (const listener of this.#oomListeners) listener({ count: numberOf(event, 'count') });
        break;
      case 'log-rotated':
        for (const listener of this.#rotationListeners) listener();
        break;
      case 'gone':
        this.#settleGone();
        break;
    }
  }

  /** For the connection's `listen`: it was not us who closed it. */
  async lose(): Promise<void> {
    if (this.#closed || this.#isGone) return;
    if (await this.#reconnect()) return;
    await this.#guardDone();
    const { exitFile } = this.#identity;
    const record =
      exitFile === undefined ? undefined : await readExitFile(exitFile).catch(() => undefined);
    this.#settleExit(record ?? lostExit(new Date()));
    this.#settleGone();
  }

  #request(request: ShimRequest, target?: ShimTarget): Promise<ShimMessage> {
    return this.#connection.request(request, target);
  }

  #settleExit(exit: ContainerExit): void {
    if (this.#exited || this.#startFailed || !this.#mayRun) return;
    this.#exited = true;
    this.#exit.resolve(exit);
  }

  #settleGone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#gone.resolve();
    this.close();
  }

  /** A shim drops a subscriber that does not read; then it is still there. */
  async #reconnect(): Promise<boolean> {
    const { bundle, id } = this.#identity;
    try {
      const connection = new ShimConnection(await connectShim(bundle), () => id);
      connection.listen(
        (event) => this.receive(event),
        () => void this.lose(),
      );
      await connection.request({ op: 'subscribe' });
      this.#connection = connection;
      return true;
    } catch {
      return false;
    }
  }

  /** The guard of a killed shim unlinks the socket once the container and its runtime state are gone. */
  async #guardDone(): Promise<void> {
    const path = join(this.#identity.bundle, shimSocketName);
    const deadline = Date.now() + guardPatienceMs;
    for (let pause = 5; Date.now() < deadline; pause = Math.min(pause * 2, 100)) {
      if (!(await exists(path))) return;
      await delay(pause, undefined, { ref: false });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** What the shim reads as a number of milliseconds. */
function whole(milliseconds: number): number {
  return Math.ceil(Math.min(milliseconds, Number.MAX_SAFE_INTEGER));
}
