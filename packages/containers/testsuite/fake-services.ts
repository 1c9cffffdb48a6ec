import { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { CommitRequest, ImageService, ImageUsers, ResolvedImage } from '@berth/images';
import type { NetworkService, SandboxRequest, SandboxState } from '@berth/networks';
import type { Digest, ImageRunConfig } from '@berth/oci';
import type { Change, PackOptions } from '@berth/snapshots';
import type { VolumeService } from '@berth/volumes';
import type { ContainersDependencies } from '../src/container-context.ts';

const digest = (character: string) => `sha256:${character.repeat(64)}` as Digest;

/** One image, known as `busybox` and by its ID. */
export class FakeImages {
  config: ImageRunConfig = { Env: ['PATH=/bin'], Cmd: ['sh'] };
  users: ImageUsers | undefined;
  /** Called by every commit. */
  onCommit: (request: CommitRequest) => Promise<void> = async () => undefined;

  readonly service = {
    setUsers: (users: ImageUsers) => {
      this.users = users;
    },
    restoreLayers: async () => false,
    commit: async (request: CommitRequest): Promise<Digest> => {
      await this.onCommit(request);
      return digest('e');
    },
    resolve: async (name: string): Promise<ResolvedImage> => {
      if (name !== 'busybox' && name !== digest('a')) {
        throw engineError('images.not-found', { image: name });
      }
      return {
        id: digest('a'),
        name,
        manifest: { mediaType: 'application/x', digest: digest('b'), size: 7 },
        platform: { os: 'linux', architecture: 'amd64' },
        config: {
          os: 'linux',
          architecture: 'amd64',
          config: this.config,
          rootfs: { type: 'layers', diff_ids: [digest('c')] },
        },
        chain: [digest('c')],
      };
    },
  } as unknown as ImageService;
}

/** Snapshots as sets of IDs; every method can be told to fail. */
export class FakeSnapshotter {
  readonly containers = new Set<string>();
  readonly mounted = new Set<string>();
  readonly packs: PackOptions[] = [];
  readonly rootDirectory: string;
  failing: string | undefined;

  constructor(rootDirectory: string) {
    this.rootDirectory = rootDirectory;
  }

  readonly service = {
    name: 'overlay2',
    createContainer: async (id: string) => {
      this.#maybeFail('createContainer');
      this.containers.add(id);
    },
    mount: async (id: string) => {
      this.#maybeFail('mount');
      this.mounted.add(id);
      return this.rootDirectory;
    },
    unmount: async (id: string) => {
      this.mounted.delete(id);
    },
    removeContainer: async (id: string) => {
      this.#maybeFail('removeContainer');
      this.mounted.delete(id);
      this.containers.delete(id);
    },
    listContainers: async () => [...this.containers],
    containerUsage: async () => ({ bytes: 100, inodes: 3 }),
    layerUsage: async () => ({ bytes: 1000, inodes: 30 }),
    diff: async (id: string) => Readable.from([Buffer.from(`changes of ${id}`)]),
    changes: async (): Promise<Change[]> => [{ kind: 'added', path: '/new' }],
    describe: async () => ({ MergedDir: this.rootDirectory }),
    transfer: {
      pack: (options: PackOptions) => {
        this.packs.push(options);
        return Readable.from([Buffer.from('tar of '), Buffer.from(options.directory)]);
      },
    },
  } as unknown as ContainersDependencies['snapshotter'];

  #maybeFail(method: string): void {
    if (this.failing !== method) return;
    this.failing = undefined;
    throw engineError('common.internal', { reason: `${method} failed` });
  }
}

/** Sandboxes as a map. */
export class FakeNetworkService {
  readonly sandboxes = new Map<string, SandboxState>();
  reconciled: ReadonlySet<string> | undefined;
  failing: string | undefined;

  readonly service = {
    reconcile: async (running: ReadonlySet<string>) => {
      this.reconciled = running;
    },
    validate: () => undefined,
    createSandbox: async (request: SandboxRequest): Promise<SandboxState> => {
      if (this.failing !== undefined) {
        throw engineError('common.internal', { reason: this.failing });
      }
      const state: SandboxState = {
        sandboxId: `sandbox-${request.containerId.slice(0, 8)}`,
        namespacePath: `/netns/${request.containerId.slice(0, 8)}`,
        endpoints: { bridge: { IPAddress: '172.17.0.2', IPPrefixLen: 16, NetworkID: 'net' } },
        ports: {},
        hostsPath: `${request.filesDirectory}/hosts`,
        resolvConfPath: `${request.filesDirectory}/resolv.conf`,
        hostnamePath: `${request.filesDirectory}/hostname`,
      };
      this.sandboxes.set(request.containerId, state);
      return state;
    },
    removeSandbox: async (id: string) => {
      this.sandboxes.delete(id);
    },
    sandbox: (id: string) => this.sandboxes.get(id),
    firewallElements: () => [],
    rename: async () => undefined,
    nameOf: (name: string) => name,
    checkConnect: (name: string) => name,
    inspect: async (name: string) => ({ Name: name }),
    updateLinks: async () => undefined,
    connect: async (request: Parameters<NetworkService['connect']>[0]) =>
      this.#change(request, (endpoints) => ({
        ...endpoints,
        [request.network]: { ...request.settings, NetworkID: request.network },
      })),
    disconnect: async (request: Parameters<NetworkService['disconnect']>[0]) =>
      this.#change(request, ({ [request.network]: _gone, ...rest }) => rest),
  } as unknown as NetworkService;

  #change(
    { containerId, commit }: Parameters<NetworkService['disconnect']>[0],
    edit: (endpoints: SandboxState['endpoints']) => SandboxState['endpoints'],
  ): SandboxState {
    const known = this.sandboxes.get(containerId);
    if (known === undefined) throw new Error('no such sandbox');
    const state = { ...known, endpoints: edit(known.endpoints) };
    commit(state);
    this.sandboxes.set(containerId, state);
    return state;
  }
}

/** Volumes as a map of names to their users. */
export class FakeVolumes {
  readonly volumes = new Map<string, Set<string>>();
  readonly mounts = new Map<string, number>();

  readonly service = {
    create: async ({ Name = '' }: { Name?: string }) => {
      if (!this.volumes.has(Name)) this.volumes.set(Name, new Set());
      return this.#describe(Name);
    },
    inspect: async (name: string) => {
      if (!this.volumes.has(name)) throw engineError('volumes.not-found', { name });
      return this.#describe(name);
    },
    remove: async (name: string) => {
      this.volumes.delete(name);
    },
    reference: ({ volume, containerId }: { volume: string; containerId: string }) => {
      this.#users.set(volume, (this.#users.get(volume) ?? new Set()).add(containerId));
    },
    release: (containerId: string) => {
      const unused: string[] = [];
      for (const [volume, users] of this.#users) {
        if (users.delete(containerId) && users.size === 0) unused.push(volume);
      }
      return unused;
    },
    exists: (name: string) => this.volumes.has(name),
    pathOf: (name: string) => (this.volumes.has(name) ? `/volumes/${name}/_data` : ''),
    usersOf: (volume: string) => [...(this.#users.get(volume) ?? [])],
    mount: async (name: string) => {
      this.mounts.set(name, (this.mounts.get(name) ?? 0) + 1);
      return `/volumes/${name}/_data`;
    },
    adopt: () => undefined,
    unmount: async (name: string) => {
      this.mounts.set(name, (this.mounts.get(name) ?? 0) - 1);
    },
    populate: async () => undefined,
  } as unknown as VolumeService;

  readonly #users = new Map<string, Set<string>>();

  #describe(name: string) {
    return {
      Name: name,
      Driver: 'local',
      Mountpoint: `/volumes/${name}/_data`,
      Labels: {},
      Options: {},
      Scope: 'local',
    };
  }
}
