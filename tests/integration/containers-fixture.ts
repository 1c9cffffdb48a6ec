import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { type ContainerService, createContainerService, createRandomIds } from '@berth/containers';
import { createEventBus, type EventBus } from '@berth/events';
import type { ImageService } from '@berth/images';
import type { Kernel } from '@berth/kernel';
import { createLinuxKernel } from '@berth/kernel/linux/linux-kernel.ts';
import type { NetworkService, SandboxState } from '@berth/networks';
import type { Digest, ImageRunConfig } from '@berth/oci';
import { createShimLauncher } from '@berth/runtime/shim/index.ts';
import { type OpenedSnapshotter, openSnapshotter, WorkerPool } from '@berth/snapshots';
import { type Database, openDatabase } from '@berth/state';
import { createVolumeService, type VolumeService } from '@berth/volumes';

const shimPath = join(import.meta.dirname, '../../native/shim/build/berth-shim');
const imageId = `sha256:${'a'.repeat(64)}` as Digest;
const layerId = `sha256:${'c'.repeat(64)}` as Digest;

function commandOf(pid: string): string {
  if (!/^\d+$/.test(pid)) return '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

interface Parts {
  readonly database: Database;
  readonly snapshotter: OpenedSnapshotter;
  readonly workers: WorkerPool;
  readonly volumes: VolumeService;
}

/**
 * Containers on the real kernel, runtime, shim, snapshots and volumes. The image is the machine's static
 * busybox; the network is a bare namespace without links, because these tests are not about it.
 */
export class ContainersFixture implements AsyncDisposable {
  readonly folder: string;
  readonly kernel: Kernel = createLinuxKernel();
  readonly events: EventBus = createEventBus();
  readonly imageConfig: { current: ImageRunConfig } = {
    current: { Env: ['PATH=/bin'], Cmd: ['sh'] },
  };
  readonly reported: string[] = [];
  readonly cgroupParent: string;
  readonly #parts: Parts;
  readonly #faultPoint: (name: string) => void;
  service: ContainerService;

  private constructor(folder: string, parts: Parts, faultPoint: (name: string) => void) {
    this.folder = folder;
    this.#faultPoint = faultPoint;
    this.cgroupParent = `/berth-containers-${folder.slice(-6)}`;
    this.#parts = parts;
    this.service = this.#build();
  }

  static async create(): Promise<ContainersFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-containers-'));
    return await ContainersFixture.open(folder);
  }

  /** Over what an earlier fixture left in the folder, as the next daemon would find it. */
  static async open(
    folder: string,
    faultPoint: (name: string) => void = () => undefined,
  ): Promise<ContainersFixture> {
    process.umask(0);
    const kernel = createLinuxKernel();
    const database = openDatabase(join(folder, 'state.db'));
    const snapshotter = await openSnapshotter({ root: join(folder, 'data'), kernel });
    const workers = new WorkerPool();
    const volumes = createVolumeService({
      kernel,
      database,
      events: createEventBus(),
      workers,
      transfer: snapshotter.transfer,
      clock: { now: () => new Date() },
      root: join(folder, 'data/volumes'),
    });
    await volumes.reconcile();
    if (!(await snapshotter.hasLayer(layerId))) await makeBusyboxLayer(snapshotter);
    const parts = { database, snapshotter, workers, volumes };
    const fixture = new ContainersFixture(folder, parts, faultPoint);
    await fixture.service.reconcile();
    return fixture;
  }

  get snapshotter(): OpenedSnapshotter {
    return this.#parts.snapshotter;
  }

  get volumes(): VolumeService {
    return this.#parts.volumes;
  }

  /** A service over the same state, as the next daemon would have it. */
  async restart(): Promise<ContainerService> {
    this.service = this.#build();
    await this.service.reconcile();
    return this.service;
  }

  /** `action name` of every container event so far. */
  actions(): string[] {
    return this.events
      .replay({ sinceNano: 0n })
      .filter((event) => event.type === 'container')
      .map((event) => `${event.action} ${event.attributes.name ?? ''}`.trim());
  }

  #build(): ContainerService {
    const { database, snapshotter, volumes } = this.#parts;
    return createContainerService({
      kernel: this.kernel,
      database,
      snapshotter,
      volumes,
      images: busyboxImages(this.imageConfig),
      networks: bareNetworks(this.kernel, join(this.folder, 'netns')),
      shims: createShimLauncher({ processes: this.kernel.processes, shimPath }),
      events: this.events,
      config: {
        defaults: {
          runtime: 'runc',
          logDriver: 'json-file',
          logOptions: {},
          ipcMode: 'private',
          cgroupNamespaceMode: this.kernel.cgroups.host.layout === 'v2' ? 'private' : 'host',
          shmSize: 64 * 1024 * 1024,
          init: false,
          noNewPrivileges: false,
          ulimits: {},
          dns: [],
          dnsSearch: [],
          dnsOptions: [],
        },
        runtimes: {
          runc: { path: '/usr/sbin/runc' },
          crun: { path: '/usr/bin/crun' },
        },
        cgroupDriver: 'cgroupfs',
        cgroupParent: this.cgroupParent,
        cgroupPrefix: 'berth',
        initPath: '/usr/bin/tini-static',
        cdiFolders: [join(this.folder, 'cdi')],
        stopTimeout: 10,
      },
      clock: { nowNano: () => BigInt(Date.now()) * 1_000_000n },
      ids: createRandomIds(),
      dataRoot: join(this.folder, 'data'),
      execRoot: join(this.folder, 'run'),
      faultPoint: this.#faultPoint,
      reportError: (error, what) => this.reported.push(`${what}: ${(error as Error).message}`),
    });
  }

  /** Attaches before the start, runs to the end, and gives what came out and the exit code. */
  async run(
    command: readonly string[],
    more: Parameters<ContainerService['create']>[0] = {},
  ): Promise<{ readonly output: string; readonly exitCode: number; readonly id: string }> {
    const { Id: id } = await this.service.create({ Image: 'busybox', Cmd: command, ...more }, {});
    const output = await this.attachOutput(id);
    const { result } = await this.service.wait(id, 'next-exit');
    await this.service.start(id);
    const { StatusCode: exitCode } = await result;
    return { id, exitCode, output: await output.text };
  }

  /** Reads a container's output, without frames, from now to its end. */
  async attachOutput(id: string): Promise<{ readonly text: Promise<string> }> {
    const session = await this.service.attach(id, {
      stdin: false,
      stdout: true,
      stderr: true,
      logs: false,
      stream: true,
    });
    const { socket, received } = fakeClient();
    const done = session.run(socket);
    return {
      text: done.then(() => (session.tty ? received().toString() : unframe(received()))),
    };
  }

  /** Ends the fixture and leaves containers and files as they are. */
  async close(): Promise<void> {
    await this.service.shutdown('leave-running', 1);
    await this.#parts.snapshotter[Symbol.asyncDispose]();
    await this.#parts.workers[Symbol.asyncDispose]();
    this.#parts.database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { Id = '' } of await this.service.list({ all: true })) {
      await this.service.remove(Id, { force: true, volumes: true }).catch(() => undefined);
    }
    await this.close();
    const { cgroups } = this.kernel;
    cgroups.remove(cgroups.locate(this.cgroupParent, 'cgroupfs'));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the fixture's containers left behind on the machine; for after its disposal. */
  leftovers(): string[] {
    const { cgroups, mounts } = this.kernel;
    const processes = readdirSync('/proc').filter((pid) => commandOf(pid).includes(this.folder));
    return [
      ...mounts.list(this.folder).map(({ mountPoint }) => `mount ${mountPoint}`),
      ...cgroups.children(this.cgroupParent).map((name) => `cgroup ${name}`),
      ...processes.map((pid) => `process ${pid} ${commandOf(pid)}`),
      ...(existsSync(this.folder) ? [`folder ${this.folder}`] : []),
      ...this.reported,
    ];
  }
}

/** A connection whose other end collects what arrives. */
export function fakeClient(): {
  readonly socket: Duplex;
  readonly up: PassThrough;
  received(): Buffer;
} {
  const up = new PassThrough();
  const down = new PassThrough();
  const chunks: Buffer[] = [];
  down.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    socket: Duplex.from({ readable: up, writable: down }),
    up,
    received: () => Buffer.concat(chunks),
  };
}

/** Payloads of Docker's 8-byte frames, in order, both streams together. */
export function unframe(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    text += bytes.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
  }
  return text;
}

async function makeBusyboxLayer(snapshotter: OpenedSnapshotter): Promise<void> {
  await using draft = await snapshotter.createLayer(undefined);
  const root = draft.directory;
  for (const name of ['bin', 'proc', 'sys', 'dev', 'tmp', 'etc', 'root', 'home/app', 'data']) {
    await mkdir(join(root, name), { recursive: true });
  }
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  const applets = `sh tty stty readlink cat sleep echo head dd yes true false kill id pwd env ls hostname touch mount df
    stat test wc seq nc printf ps ulimit grep tr od rm sync trap md5sum`;
  for (const applet of applets.split(/\s+/)) await symlink('busybox', join(root, 'bin', applet));
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:app:/home/app:/bin/sh\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\napp:x:1001:\nextra:x:1002:app\n');
  await writeFile(join(root, 'etc/not-executable'), 'text', { mode: 0o644 });
  await writeFile(join(root, 'data/from-image'), 'from the image\n');
  await draft.commit(layerId, { bytes: 1_000_000, inodes: 20 });
}

function busyboxImages(config: { readonly current: ImageRunConfig }): ImageService {
  return {
    setUsers: () => undefined,
    resolve: async (name: string) => ({
      id: imageId,
      name,
      manifest: { mediaType: 'application/x', digest: imageId, size: 1 },
      platform: { os: 'linux', architecture: 'amd64' },
      config: {
        os: 'linux',
        architecture: 'amd64',
        config: config.current,
        rootfs: { type: 'layers', diff_ids: [layerId] },
      },
      chain: [layerId],
    }),
  } as unknown as ImageService;
}

function bareNetworks(kernel: Kernel, folder: string): NetworkService {
  const sandboxes = new Map<string, SandboxState>();
  const pathOf = (id: string) => join(folder, id.slice(0, 12));
  return {
    reconcile: async (running: ReadonlySet<string>) => {
      await mkdir(folder, { recursive: true });
      const kept = new Set([...running].map((id) => id.slice(0, 12)));
      for (const name of readdirSync(folder)) {
        if (!kept.has(name)) kernel.namespaces.removeNetworkNamespace(join(folder, name));
      }
    },
    validate: () => undefined,
    createSandbox: async (request: Parameters<NetworkService['createSandbox']>[0]) => {
      const own = !/^(host$|container:)/.test(request.networkMode);
      if (own) kernel.namespaces.createNetworkNamespace(pathOf(request.containerId));
      const files = {
        hostsPath: join(request.filesDirectory, 'hosts'),
        resolvConfPath: join(request.filesDirectory, 'resolv.conf'),
        hostnamePath: join(request.filesDirectory, 'hostname'),
      };
      await writeFile(files.hostsPath, `127.0.0.1\tlocalhost\n127.0.0.1\t${request.hostname}\n`);
      await writeFile(files.resolvConfPath, 'nameserver 127.0.0.1\n');
      await writeFile(files.hostnamePath, `${request.hostname}\n`);
      const state: SandboxState = {
        sandboxId: own ? request.containerId : '',
        ...(own ? { namespacePath: pathOf(request.containerId) } : {}),
        endpoints: {},
        ports: {},
        ...files,
      };
      sandboxes.set(request.containerId, state);
      return state;
    },
    removeSandbox: async (id: string) => {
      kernel.namespaces.removeNetworkNamespace(pathOf(id));
      sandboxes.delete(id);
    },
    sandbox: (id: string) => sandboxes.get(id),
    rename: async () => undefined,
    nameOf: (name: string) => name,
  } as unknown as NetworkService;
}
