import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { Duplex, PassThrough } from 'node:stream';
import type {
  ContainerExit,
  ShimExecOptions,
  ShimFault,
  ShimHandle,
  ShimLauncher,
  ShimPhase,
  ShimProbeOptions,
  ShimProbeResult,
  ShimStartOptions,
  ShimState,
} from '@berth/runtime/shim/index.ts';
import { shimFaultError } from '@berth/runtime/shim/shim-fault-error.ts';

const noStreams = { stdin: false, stdout: false, stderr: false };

/** Shims in memory: tests say when a container writes, and how it ends. */
export class FakeShims implements ShimLauncher {
  readonly launched: FakeShim[] = [];
  /** The next start fails with this message of the runtime. */
  startFailure: string | undefined;
  execFailure: string | undefined;
  #nextPid = 1000;

  /** The shim launched last. */
  get last(): FakeShim {
    const shim = this.launched.at(-1);
    if (shim === undefined) throw new Error('no shim was launched');
    return shim;
  }

  async launch(options: ShimStartOptions): Promise<ShimHandle> {
    const shim = new FakeShim(options, this, this.#nextPid++);
    this.launched.push(shim);
    return shim;
  }

  async adopt(bundle: string): Promise<ShimHandle> {
    const shim = this.launched.findLast((candidate) => candidate.options.bundle === bundle);
    if (shim === undefined || shim.phase === 'gone') throw new Error('nobody listens');
    return shim;
  }
}

export class FakeShim implements ShimHandle {
  readonly options: ShimStartOptions;
  readonly shimPid: number;
  readonly signals: number[] = [];
  readonly execs: ShimExecOptions[] = [];
  /** Signals that end the container, as most programs have it. */
  deadlySignals: ReadonlySet<number> = new Set([9, 15]);
  phase: ShimPhase = 'held';
  readonly #shims: FakeShims;
  readonly #exit = Promise.withResolvers<ContainerExit>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #streams = new Set<{ readonly near: Duplex; readonly far: PassThrough }>();
  readonly #execListeners: ((event: { execId: string; exitCode: number }) => void)[] = [];
  readonly #oomListeners: ((event: { count: number }) => void)[] = [];
  readonly #rotationListeners: (() => void)[] = [];
  /** What clients wrote to stdin. */
  input = '';

  constructor(options: ShimStartOptions, shims: FakeShims, pid: number) {
    this.options = options;
    this.#shims = shims;
    this.shimPid = pid;
  }

  get exit(): Promise<ContainerExit> {
    return this.#exit.promise;
  }

  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  async start(): Promise<{ pid: number; startTime: number }> {
    const failure = this.#shims.startFailure;
    if (failure !== undefined) {
      this.#shims.startFailure = undefined;
      this.#end();
      const fault: ShimFault = {
        op: 'start',
        stage: 'create',
        errno: '',
        path: '',
        runtimeMessage: failure,
      };
      throw shimFaultError(fault, this.options.id);
    }
    this.phase = 'running';
    return { pid: this.shimPid + 1, startTime: 5 };
  }

  /** The container writes to its standard output. */
  write(text: string): void {
    for (const { far } of this.#streams) far.write(text);
  }

  /** The container ends. */
  async finish(code: number, more: Partial<ContainerExit> = {}): Promise<void> {
    const exit: ContainerExit = {
      code,
      signal: 0,
      exitedAt: '2030-01-01T00:00:05Z',
      oomKilled: false,
      oomCount: 0,
      lost: false,
      ...more,
    };
    if (this.phase !== 'running') return;
    this.phase = 'exited';
    await writeFile(`${this.options.exitFile}.new`, JSON.stringify(exit));
    await rename(`${this.options.exitFile}.new`, this.options.exitFile);
    this.#exit.resolve(exit);
    this.#end();
  }

  rotateLog(): void {
    for (const listener of this.#rotationListeners) listener();
  }

  onLogRotated(listener: () => void): void {
    this.#rotationListeners.push(listener);
  }

  outOfMemory(): void {
    for (const listener of this.#oomListeners) listener({ count: 1 });
  }

  finishExec(execId: string, exitCode: number): void {
    for (const listener of this.#execListeners) listener({ execId, exitCode });
  }

  async attach(): Promise<Duplex> {
    return this.#newStream();
  }

  async probe({ execId, program }: ShimProbeOptions): Promise<ShimProbeResult> {
    await this.exec({ execId, program, tty: false, detach: true, ...noStreams });
    return { exitCode: 0, late: false, output: '', cut: false };
  }

  async exec(options: ShimExecOptions): Promise<{ pid: number; stream?: Duplex }> {
    if ('processFile' in options.program) {
      JSON.parse(await readFile(options.program.processFile, 'utf8'));
    }
    const failure = this.#shims.execFailure;
    if (failure !== undefined) {
      const fault: ShimFault = {
        op: 'exec',
        stage: 'start',
        errno: '',
        path: '',
        runtimeMessage: failure,
      };
      throw shimFaultError(fault, this.options.id);
    }
    this.execs.push(options);
    const pid = this.shimPid + 100 + this.execs.length;
    return options.detach ? { pid } : { pid, stream: this.#newStream() };
  }

  async resize(): Promise<void> {}

  async kill(_target: unknown, signal: number): Promise<void> {
    this.signals.push(signal);
    if (this.deadlySignals.has(signal)) void this.finish(128 + signal, { signal });
  }

  async closeStdin(): Promise<void> {}

  async state(): Promise<ShimState> {
    return {
      phase: this.phase,
      pid: this.shimPid + 1,
      startTime: 5,
      execs: [],
      attached: this.#streams.size,
      logDroppedBytes: 0,
      oomCount: 0,
    };
  }

  async shutdown(): Promise<void> {
    if (this.phase === 'running') await this.finish(137);
    else this.#end();
  }

  onExecExit(listener: (event: { execId: string; exitCode: number }) => void): void {
    this.#execListeners.push(listener);
  }

  onOom(listener: (event: { count: number }) => void): void {
    this.#oomListeners.push(listener);
  }

  close(): void {}

  #end(): void {
    for (const { far } of this.#streams) far.end();
    this.phase = 'gone';
    this.#gone.resolve();
  }

  #newStream(): Duplex {
    const far = new PassThrough();
    const up = new PassThrough();
    up.on('data', (chunk: Buffer) => {
      this.input += chunk.toString();
    });
    const near = Duplex.from({ readable: far, writable: up });
    this.#streams.add({ near, far });
    void once(near, 'close').catch(() => undefined);
    return near;
  }
}
