import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createEventBus, type EventBus } from '@berth/events';
import { createFakeKernel, type FakeKernel } from '@berth/kernel/fake/fake-kernel.ts';
import { type Database, openDatabase } from '@berth/state';
import type { ContainerService } from '../src/container-service.ts';
import type { ContainersConfig } from '../src/containers-config.ts';
import { createContainerService } from '../src/create-container-service.ts';
import { createRandomIds } from '../src/random-ids.ts';
import { FakeImages, FakeNetworkService, FakeSnapshotter, FakeVolumes } from './fake-services.ts';
import { FakeShims } from './fake-shims.ts';

export const testConfig: ContainersConfig = {
  defaults: {
    runtime: 'runc',
    logDriver: 'json-file',
    logOptions: {},
    ipcMode: 'private',
    cgroupNamespaceMode: 'private',
    shmSize: 64 * 1024 * 1024,
    init: false,
    noNewPrivileges: false,
    ulimits: {},
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
  },
  runtimes: { runc: { path: '/usr/bin/runc' } },
  cgroupDriver: 'cgroupfs',
  cgroupParent: '/berth-test',
  cgroupPrefix: 'berth',
  cdiFolders: [],
  stopTimeout: 10,
};

/** A container service on fakes, with a folder of its own. */
export interface Harness extends AsyncDisposable {
  readonly folder: string;
  readonly kernel: FakeKernel;
  readonly images: FakeImages;
  readonly snapshotter: FakeSnapshotter;
  readonly networks: FakeNetworkService;
  readonly volumes: FakeVolumes;
  readonly shims: FakeShims;
  readonly events: EventBus;
  readonly database: Database;
  readonly service: ContainerService;
  /** Failures that no client waited for. */
  readonly reported: unknown[];
  /** The runtime's part of a start: the cgroup of the container. */
  makeCgroup(id: string): void;
  /** `action name` of every container event so far. */
  actions(): string[];
  /** Another service on the same files, as after the death of the daemon. */
  restart(): Promise<ContainerService>;
}

export async function createHarness(
  options: { readonly faultPoint?: (name: string) => void } = {},
): Promise<Harness> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'berth-containers-'));
  const kernel = createFakeKernel();
  const events = createEventBus();
  const database = openDatabase(path.join(folder, 'state.db'));
  const parts = {
    kernel,
    images: new FakeImages(),
    snapshotter: new FakeSnapshotter(folder),
    networks: new FakeNetworkService(),
    volumes: new FakeVolumes(),
    shims: new FakeShims(),
  };
  const reported: unknown[] = [];
  const build = (faults: { readonly faultPoint?: (name: string) => void }) =>
    createContainerService({
      kernel,
      database,
      events,
      images: parts.images.service,
      snapshotter: parts.snapshotter.service,
      networks: parts.networks.service,
      volumes: parts.volumes.service,
      shims: parts.shims,
      config: testConfig,
      clock: { nowNano: () => BigInt(Date.now()) * 1_000_000n },
      ids: createRandomIds(),
      dataRoot: path.join(folder, 'data'),
      execRoot: path.join(folder, 'run'),
      reportError: (error) => reported.push(error),
      ...faults,
    });
  const service = build(options);
  await service.reconcile();
  return {
    ...parts,
    folder,
    events,
    database,
    service,
    reported,
    makeCgroup: (id) =>
      kernel.cgroups.create(kernel.cgroups.locate(`/berth-test/${id}`, 'cgroupfs')),
    actions: () =>
      events
        .replay({ sinceNano: 0n })
        .filter((event) => event.type === 'container')
        .map((event) => `${event.action} ${event.attributes.name ?? ''}`.trim()),
    async restart() {
      const next = build({});
      await next.reconcile();
      return next;
    },
    async [Symbol.asyncDispose]() {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
