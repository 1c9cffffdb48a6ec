import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshNetwork } from './fresh-network.ts';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

const hugetlb = '/sys/fs/cgroup/hugetlb';

/**
 * On a hybrid cgroup layout crun refuses controllers that were left on the v2 side. Mounting hugetlb as v1, in a
 * mount namespace of its own, gives an engine the host that it finds on pure v1 and pure v2 machines.
 */
const mountHugetlb = `
if [ -d /sys/fs/cgroup/unified ] && grep -q ^hugetlb /proc/cgroups && ! grep -q ' ${hugetlb} ' /proc/mounts; then
  mkdir -p ${hugetlb} && mount -t cgroup -o hugetlb none ${hugetlb}
fi
`;

/** Docker looks for plug-ins there, and waits 15 s for each that other tests left or have just ended. */
const noPlugins = 'if [ -d /run/docker/plugins ]; then mount -t tmpfs none /run/docker/plugins; fi';

export interface EngineOptions {
  /** See `mountHugetlb`; undone by `releaseHugetlb` once all engines are gone. */
  readonly hugetlbAsV1?: boolean;
}

/**
 * Debian's dockerd or our berthd, in a network namespace and on folders of its own: for holding one
 * against the other.
 */
export class Engine implements AsyncDisposable {
  readonly name: 'docker' | 'berth';
  readonly #directory: string;
  readonly #child: ChildProcess;

  private constructor(name: 'docker' | 'berth', directory: string, child: ChildProcess) {
    this.name = name;
    this.#directory = directory;
    this.#child = child;
  }

  static async start(name: 'docker' | 'berth', options: EngineOptions = {}): Promise<Engine> {
    const directory = mkdtempSync(path.join(tmpdir(), `berth-test-${name}-`));
    const log = openSync(path.join(directory, 'log'), 'a');
    const roots = [
      '--data-root',
      path.join(directory, 'data'),
      '--exec-root',
      path.join(directory, 'exec'),
    ];
    const common = [
      '-H',
      `unix://${path.join(directory, 'd.sock')}`,
      ...roots,
      '--pidfile',
      path.join(directory, 'pid'),
    ];
    const program = name === 'docker' ? 'dockerd' : path.join(repository, 'bin/berthd');
    const config = ['--config-file', path.join(directory, 'daemon.json')];
    writeFileSync(path.join(directory, 'daemon.json'), '{}');
    const args = [
      '--net',
      '--mount',
      'sh',
      '-c',
      `${freshNetwork}; ${noPlugins}; ${options.hugetlbAsV1 ? mountHugetlb : ''} exec "$@"`,
      'sh',
      program,
      ...common,
      ...(name === 'berth' ? config : []),
    ];
    const child = spawn('unshare', args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...(name === 'berth' ? { DEBUG: 'berth:loop' } : {}) },
    });
    closeSync(log);
    const engine = new Engine(name, directory, child);
    await engine.#waitUntilReady();
    return engine;
  }

  /** Runs the stock docker client against this engine; fails unless it succeeds. */
  async docker(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const result = await this.tryDocker(args, options);
    if (result.code !== 0) {
      throw new Error(
        `${this.name}: docker ${args.join(' ')} exited with ${result.code}: ${result.stderr}`,
      );
    }
    return result.stdout.trim();
  }

  tryDocker(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const env = { DOCKER_HOST: this.host };
    return runCommand('docker', args, { timeoutMilliseconds: 300_000, ...options, env });
  }

  /** Resident bytes of the daemon's own processes (containerd and proxies included, shims not). */
  daemonMemory(): number {
    return this.#daemons().reduce((sum, { pid }) => sum + memoryField(pid, 'status', 'VmRSS'), 0);
  }

  /** Where clients find it, as in DOCKER_HOST. */
  get host(): string {
    return `unix://${path.join(this.#directory, 'd.sock')}`;
  }

  /** Process ID of the daemon. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** CPU time of the daemon's own processes and of those that they waited for, in milliseconds. */
  cpuMilliseconds(): number {
    return this.#daemons().reduce((sum, { pid }) => sum + cpuTime(pid), 0);
  }

  /** Resolves when the daemon has nothing left to do, such as removing files of an image that is gone. */
  async settle(): Promise<void> {
    for (let before = this.cpuMilliseconds(), round = 0; round < 120; round++) {
      await sleep(500);
      const now = this.cpuMilliseconds();
      if (now - before <= 20) return;
      before = now;
    }
  }

  /** Begins a new measurement for `peakMemory`. */
  resetPeakMemory(): void {
    for (const { pid } of this.#daemons()) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  }

  /** Greatest resident bytes of the daemon's own processes since `resetPeakMemory`, each for itself. */
  peakMemory(): number {
    return this.#daemons().reduce((sum, { pid }) => sum + memoryField(pid, 'status', 'VmHWM'), 0);
  }

  /** Proportional bytes of everything that exists per container but the user's processes. */
  shimMemory(): number {
    return this.#processes()
      .filter(({ command }) => /shim|docker-proxy/.test(command))
      .reduce((sum, { pid }) => sum + memoryField(pid, 'smaps_rollup', 'Pss'), 0);
  }

  /** The daemon's longest event-loop block in milliseconds since the last call; Berth only. */
  async longestBlock(): Promise<number | undefined> {
    if (this.name !== 'berth') return undefined;
    this.#child.kill('SIGUSR1');
    await sleep(500);
    const log = readFileSync(path.join(this.#directory, 'log'), 'utf8');
    const found = [...log.matchAll(/longestEventLoopBlock\D+([\d.]+)/g)].at(-1);
    return found === undefined ? undefined : Number(found[1]);
  }

  async removeContainers(): Promise<void> {
    const ids = (await this.docker(['ps', '-aq'])).split('\n').filter((id) => id !== '');
    for (let start = 0; start < ids.length; start += 50) {
      await this.docker(['rm', '-f', ...ids.slice(start, start + 50)]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.removeContainers().catch(() => undefined);
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
    const shm = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '');
    for (const mount of shm.filter((target) => target.startsWith(this.#directory)).reverse()) {
      await runCommand('umount', ['-l', mount]);
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #daemons(): { pid: string; command: string }[] {
    return this.#processes().filter(
      ({ command }) => !/shim|docker-registry|skopeo/.test(command.split(' ')[0] ?? ''),
    );
  }

  /** What runs in the engine's network namespace: daemons, shims, proxies; containers have their own. */
  #processes(): { pid: string; command: string }[] {
    const own = readlinkSync(`/proc/${this.#child.pid}/ns/net`);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          if (readlinkSync(`/proc/${pid}/ns/net`) !== own) return [];
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
          return [{ pid, command }];
        } catch {
          return [];
        }
      });
  }

  async #waitUntilReady(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if ((await this.tryDocker(['version'])).code === 0) return;
      if (this.#child.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(
      `${this.name} did not start: ${readFileSync(path.join(this.#directory, 'log'), 'utf8').slice(-2000)}`,
    );
  }
}

/** Of a process and the children that it waited for (proc_pid_stat(5): fields 14 to 17, in ticks of 10 ms). */
function cpuTime(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

function memoryField(pid: string, file: string, field: string): number {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${pid}/${file}`, 'utf8'),
    );
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Gives hugetlb back to cgroup v2 by emptying the hierarchy that `hugetlbAsV1` made. */
export async function releaseHugetlb(): Promise<void> {
  const mounted = readFileSync('/proc/mounts', 'utf8').includes(` ${hugetlb} `);
  if (mounted || !existsSync('/sys/fs/cgroup/unified')) return;
  const script = `mkdir -p ${hugetlb}; mount -t cgroup -o hugetlb none ${hugetlb} || exit 0
    find ${hugetlb} -mindepth 1 -depth -type d -exec rmdir {} ';'; umount ${hugetlb}`;
  await runCommand('unshare', ['--mount', 'sh', '-c', script]);
  rmSync(hugetlb, { recursive: true, force: true });
}
