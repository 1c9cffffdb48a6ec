import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { LinuxProcesses } from '@berth/kernel/linux/linux-processes.ts';
import {
  createShimLauncher,
  type ShimHandle,
  type ShimLauncher,
  type ShimStartOptions,
} from '@berth/runtime/shim/index.ts';

const applets = ['sh', 'cat', 'sleep', 'echo', 'head', 'dd', 'yes', 'true', 'kill', 'stty', 'tty'];
const shimFolder = join(import.meta.dirname, '../../native/shim/build');

/** `BERTH_SHIM_BUILD=asan` runs the tests on the sanitized build, `BERTH_SHIM_RUNTIME` on another runtime. */
export const shimPath = join(shimFolder, process.env.BERTH_SHIM_BUILD ?? '', 'berth-shim');

export interface ContainerRequest {
  readonly args: readonly string[];
  readonly tty?: boolean;
  readonly stdin?: 'none' | 'once' | 'open';
  readonly log?: Partial<ShimStartOptions['log']>;
  /** Shares the host's pid namespace: the container's processes outlive its first one. */
  readonly hostPid?: boolean;
  /** Memory limit in bytes; kills for want of memory are then watched. */
  readonly memory?: number;
  /** Path of another OCI runtime. */
  readonly runtime?: string;
  /** Where the bundle folder goes. */
  readonly folder?: string;
  /** Changes the OCI document. */
  readonly edit?: (spec: RuntimeDocument) => void;
}

export interface RuntimeDocument {
  process: { args: string[]; terminal: boolean; consoleSize?: object; cwd: string; user: object };
  root: { path: string; readonly: boolean };
  linux: {
    namespaces: { type: string }[];
    resources: Record<string, unknown>;
    cgroupsPath?: string;
  };
}

export interface TestContainer {
  readonly id: string;
  readonly bundle: string;
  readonly logPath: string;
  readonly exitFile: string;
  readonly shim: ShimHandle;
}

/** Containers of one test file on the real runtime; disposal ends them all and removes every file. */
export class ShimFixture implements AsyncDisposable {
  readonly processes = new LinuxProcesses();
  readonly launcher: ShimLauncher;
  readonly folder: string;
  readonly runtime: string;
  readonly #shims: { id: string; shim: ShimHandle }[] = [];
  #template: string | undefined;

  private constructor(folder: string, runtime: string) {
    this.folder = folder;
    this.runtime = runtime;
    const sanitizer = `log_path=${join(folder, 'sanitizer')}`;
    const environment = {
      PATH: '/usr/sbin:/usr/bin',
      ASAN_OPTIONS: sanitizer,
      UBSAN_OPTIONS: sanitizer,
    };
    this.launcher = createShimLauncher({ processes: this.processes, shimPath, environment });
  }

  static async create(
    runtime = process.env.BERTH_SHIM_RUNTIME ?? '/usr/sbin/runc',
  ): Promise<ShimFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-shim-'));
    const rootfs = join(folder, 'rootfs');
    // Other users go through it, whatever the umask is.
    for (const name of ['.', 'bin', 'proc', 'sys', 'dev', 'tmp', 'etc']) {
      await mkdir(join(rootfs, name), { recursive: true });
      await chmod(join(rootfs, name), 0o755);
    }
    await copyFile('/bin/busybox', join(rootfs, 'bin/busybox'));
    await chmod(join(rootfs, 'bin/busybox'), 0o755);
    for (const applet of applets) await symlink('busybox', join(rootfs, 'bin', applet));
    return new ShimFixture(folder, runtime);
  }

  /** Prepares a bundle and launches its shim, held. */
  async launch(request: ContainerRequest): Promise<TestContainer> {
    const id = randomBytes(32).toString('hex');
    const bundle = join(request.folder ?? this.folder, id);
    const logPath = request.log?.path ?? join(bundle, 'container.log');
    const exitFile = join(bundle, 'exit.json');
    await mkdir(bundle);
    await this.#writeSpec(bundle, id, request);
    const shim = await this.launcher.launch({
      id,
      bundle,
      runtime: {
        path: request.runtime ?? this.runtime,
        root: join(this.folder, 'state'),
        args: [],
        systemdCgroup: false,
      },
      tty: request.tty ?? false,
      openStdin: (request.stdin ?? 'none') !== 'none',
      stdinOnce: request.stdin === 'once',
      log: { driver: 'json-file', ...request.log, path: logPath },
      exitFile,
      ...(request.memory === undefined ? {} : { oomFile: oomFile(id) }),
    });
    this.#shims.push({ id, shim });
    return { id, bundle, logPath, exitFile, shim };
  }

  /** launch() and start(). */
  async run(request: ContainerRequest): Promise<TestContainer> {
    const container = await this.launch(request);
    await container.shim.start();
    return container;
  }

  /** An OCI process document for exec, as a file in the bundle. */
  async processFile(
    container: TestContainer,
    args: readonly string[],
    tty = false,
  ): Promise<string> {
    const spec = JSON.parse(await readFile(join(container.bundle, 'config.json'), 'utf8'));
    const path = join(container.bundle, `process-${randomBytes(4).toString('hex')}.json`);
    await writeFile(path, JSON.stringify({ ...spec.process, args, terminal: tty }));
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { id, shim } of this.#shims) {
      await shim.shutdown().then(
        () => shim.gone,
        () => undefined,
      );
      shim.close();
      await this.#deleteContainer(id);
      await removeCgroups(id);
    }
    const reports = (await readdir(this.folder)).filter((name) => name.startsWith('sanitizer'));
    for (const name of reports) process.stderr.write(await readFile(join(this.folder, name)));
    await rm(this.folder, { recursive: true, force: true });
    if (reports.length > 0) throw new Error('the sanitized shim reported an error');
  }

  async #deleteContainer(id: string): Promise<void> {
    await this.processes.run(this.runtime, [
      '--root',
      join(this.folder, 'state'),
      'delete',
      '--force',
      id,
    ]);
  }

  async #writeSpec(bundle: string, id: string, request: ContainerRequest): Promise<void> {
    this.#template ??= await this.#defaultSpec();
    const spec = JSON.parse(this.#template) as RuntimeDocument;
    spec.process.args = [...request.args];
    spec.process.terminal = request.tty ?? false;
    spec.root = { path: join(this.folder, 'rootfs'), readonly: false };
    spec.linux.cgroupsPath = `/berth-test/${id}`;
    if (request.hostPid === true)
      spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== 'pid');
    if (request.memory !== undefined)
      spec.linux.resources.memory = { limit: request.memory, swap: request.memory };
    request.edit?.(spec);
    await writeFile(join(bundle, 'config.json'), JSON.stringify(spec));
  }

  async #defaultSpec(): Promise<string> {
    await this.processes.run(this.runtime, ['spec'], { cwd: this.folder });
    return readFile(join(this.folder, 'config.json'), 'utf8');
  }
}

function oomFile(id: string): string {
  return existsSync('/sys/fs/cgroup/memory')
    ? `/sys/fs/cgroup/memory/berth-test/${id}/memory.oom_control`
    : `/sys/fs/cgroup/berth-test/${id}/memory.events`;
}

/** A shim that was killed while its runtime began leaves cgroups that no runtime state tells of. */
async function removeCgroups(id: string): Promise<void> {
  for (const hierarchy of await readdir('/sys/fs/cgroup'))
    for (const name of [id, ''])
      await rmdir(join('/sys/fs/cgroup', hierarchy, 'berth-test', name)).catch(() => undefined);
}

/** Everything up to the end of the stream. */
export async function readAll(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The payloads of Docker's 8-byte frames, by stream. */
export function unframe(bytes: Buffer): { stdout: string; stderr: string } {
  const payloads: [Buffer[], Buffer[]] = [[], []];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    const stream = bytes[at];
    if (stream !== 1 && stream !== 2) throw new Error(`bad frame at ${at}`);
    payloads[stream - 1]?.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const [stdout, stderr] = payloads.map((parts) => Buffer.concat(parts).toString());
  return { stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** The `log` members of a json-file log, joined by stream. */
export async function readLog(
  path: string,
): Promise<{ stdout: string; stderr: string; lines: string[] }> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  const entries = lines.map((line) => JSON.parse(line) as { log: string; stream: string });
  const of = (stream: string) =>
    entries
      .filter((entry) => entry.stream === stream)
      .map(({ log }) => log)
      .join('');
  return { stdout: of('stdout'), stderr: of('stderr'), lines };
}
