import { Duplex, PassThrough } from 'node:stream';
import { KernelError } from '../kernel-error.ts';
import type {
  ChildProcess,
  LaunchOptions,
  ProcessDetails,
  Processes,
  ProcessInfo,
  SpawnOptions,
} from '../processes.ts';

type RunResult = Awaited<ReturnType<Processes['run']>>;

/** A process of the fake: the test plays the program. */
export class FakeChild implements ChildProcess {
  readonly pid: number;
  readonly options: SpawnOptions;
  readonly streams: Readonly<Record<number, Duplex>>;
  readonly exit: ChildProcess['exit'];
  /** The far ends of `streams`, as the program sees them. */
  readonly far: Readonly<Record<number, Duplex>>;
  readonly signals: string[] = [];
  readonly #processes: FakeProcesses;
  #end: (status: Awaited<ChildProcess['exit']>) => void = () => undefined;

  constructor(pid: number, options: SpawnOptions, processes: FakeProcesses) {
    this.pid = pid;
    this.options = options;
    this.#processes = processes;
    this.exit = new Promise((resolve) => {
      this.#end = resolve;
    });
    const pairs = options.stdio.flatMap((entry, descriptor) =>
      entry === 'pipe' ? [[descriptor, streamPair()] as const] : [],
    );
    this.streams = Object.fromEntries(pairs.map(([descriptor, [near]]) => [descriptor, near]));
    this.far = Object.fromEntries(pairs.map(([descriptor, [, far]]) => [descriptor, far]));
  }

  get stderr(): Duplex {
    const stream = this.streams[2];
    if (stream === undefined) throw new Error('descriptor 2 is no pipe');
    return stream;
  }

  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    if (signal === 'SIGKILL') this.finish({ code: null, signal });
  }

  /** Ends the program: its streams close, and it is no longer listed. */
  finish(status: Awaited<ChildProcess['exit']> = { code: 0, signal: null }): void {
    for (const stream of Object.values(this.far)) stream.end();
    this.#processes.table.delete(this.pid);
    this.#end(status);
  }
}

export interface FakeProcessOptions {
  /** Called for each start; what it throws the start rejects with. */
  readonly onSpawn?: (child: FakeChild) => void;
  /** What `run` answers; by default success with no output. */
  readonly onRun?: (command: string, args: readonly string[], input?: string) => RunResult;
}

export class FakeProcesses implements Processes {
  readonly spawned: FakeChild[] = [];
  /** Living processes; add to it to make `info`, `list` and `kill` know more. */
  readonly table = new Map<number, ProcessInfo>();
  readonly signals: { readonly pid: number; readonly signal: number | string }[] = [];
  readonly #options: FakeProcessOptions;
  #lastPid = 1000;

  constructor(options: FakeProcessOptions = {}) {
    this.#options = options;
  }

  /** Like spawn; the test plays the program that has left. */
  async launch({ command, args, env, cwd }: LaunchOptions): Promise<Duplex> {
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
    const child = await this.spawn({ command, args, env, cwd, stdio });
    return child.streams[3] as Duplex;
  }

  async spawn(options: SpawnOptions): Promise<ChildProcess> {
    this.#lastPid += 1;
    const child = new FakeChild(this.#lastPid, options, this);
    this.table.set(child.pid, {
      pid: child.pid,
      parentPid: process.pid,
      command: options.command.split('/').at(-1) ?? '',
      state: 'S',
      startTime: this.#lastPid,
    });
    this.spawned.push(child);
    this.#options.onSpawn?.(child);
    return child;
  }

  async run(...[command, args, options]: Parameters<Processes['run']>): Promise<RunResult> {
    options?.signal?.throwIfAborted();
    const answer = this.#options.onRun?.(command, args, options?.input);
    return answer ?? { code: 0, stdout: '', stderr: '' };
  }

  kill(pid: number, signal: number | NodeJS.Signals): boolean {
    if (!this.table.has(pid)) return false;
    this.signals.push({ pid, signal });
    const child = this.spawned.find((candidate) => candidate.pid === pid);
    if (signal === 'SIGKILL' || signal === 9) child?.finish({ code: null, signal: 'SIGKILL' });
    return true;
  }

  info(pid: number): ProcessInfo | undefined {
    return this.table.get(pid);
  }

  networkCounters(pid: number): string | undefined {
    return this.table.has(pid) ? '' : undefined;
  }

  list(): ProcessInfo[] {
    return [...this.table.values()];
  }

  async describe(pid: number): Promise<ProcessDetails | undefined> {
    const info = this.table.get(pid);
    if (info === undefined) return undefined;
    return {
      ...{ pid, parentPid: info.parentPid, innerPid: pid, command: info.command, arguments: [] },
      ...{ state: info.state, user: 0, residentBytes: 0, capabilities: [], seccomp: 'disabled' },
      ...{ noNewPrivileges: false, namespaces: {} },
    };
  }

  async proportionalBytes(pid: number): Promise<number | undefined> {
    return this.table.has(pid) ? 0 : undefined;
  }
}

/** Two ends of one connection. */
function streamPair(): [Duplex, Duplex] {
  const there = new PassThrough();
  const back = new PassThrough();
  return [joined(back, there), joined(there, back)];
}

function joined(readable: PassThrough, writable: PassThrough): Duplex {
  return Duplex.from({ readable, writable });
}

/** For `onSpawn`: the error of a program that is not there. */
export function noSuchProgram(command: string): KernelError {
  return new KernelError('execve', 'ENOENT', command);
}
