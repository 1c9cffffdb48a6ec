import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContainerService, createRandomIds } from '@berth/containers';
import { openContentStore } from '@berth/content';
import { createEventBus, systemClock } from '@berth/events';
import { createImageService } from '@berth/images';
import type { IdMappings, Kernel } from '@berth/kernel';
import { createNetworkService, EmbeddedResolver } from '@berth/networks';
import { hostPlatform } from '@berth/oci';
import { createRegistryClient, timeoutsFor } from '@berth/registry-client';
import { createShimLauncher } from '@berth/runtime/shim/index.ts';
import { openSnapshotter, WorkerPool } from '@berth/snapshots';
import { type Database, openDatabase } from '@berth/state';
import { createVolumeService } from '@berth/volumes';
import type { DaemonConfig } from './config/option-table.ts';
import { chooseRuntimes } from './engine/choose-runtime.ts';
import { containerSettings } from './engine/container-settings.ts';
import type { Engine } from './engine/engine.ts';
import { faultPoint } from './engine/fault-point.ts';
import { installationRoot } from './engine/installation-root.ts';
import { networkSettings } from './engine/network-settings.ts';
import { pluginRegistry } from './engine/plugin-registry.ts';
import { createRuntimeProbe, removeStrayProbes } from './engine/probe-runtime.ts';
import { registrySettings } from './engine/registry-settings.ts';
import { rememberedProbe } from './engine/remembered-probe.ts';
import { systemBusPath } from './engine/system-bus.ts';
import type { Logger } from './logging/logger.ts';
import type { BuildInfo } from './system/build-info.ts';
import { RuntimeVersions } from './system/runtime-versions.ts';
import { createSystemService } from './system/system-service.ts';
import { remappedIds, requirePassable } from './userns/remapped-ids.ts';

const probeCgroupParent = '/berth';

export interface ComposeOptions {
  readonly config: DaemonConfig;
  readonly kernel: Kernel;
  readonly logger: Logger;
  readonly build: BuildInfo;
}

/**
 * Wires the packages together, bottom up. What was opened is closed again when a later part cannot be;
 * disposing closes all in reverse order and leaves containers running.
 */
export async function composeEngine(options: ComposeOptions): Promise<Engine> {
  await using undo = new AsyncDisposableStack();
  const engine = await compose(options, undo);
  const resources = undo.move();
  return { ...engine, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function compose(
  { config: initial, kernel, logger, build }: ComposeOptions,
  undo: AsyncDisposableStack,
): Promise<Omit<Engine, typeof Symbol.asyncDispose>> {
  let config = initial;
  const dataRoot = config['data-root'];
  const execRoot = config['exec-root'];
  for (const folder of [dataRoot, execRoot]) mkdirSync(folder, { recursive: true, mode: 0o711 });
  const idMappings = remappedIds(config['userns-remap']);
  if (idMappings !== undefined) [dataRoot, execRoot].forEach(requirePassable);
  await removeStrayProbes(kernel, execRoot, probeCgroupParent);
  const probe = rememberedProbe(createRuntimeProbe(kernel, execRoot, probeCgroupParent), {
    file: join(execRoot, 'runtime-probes.json'),
    host: JSON.stringify(kernel.cgroups.host),
  });
  const runtimes = await chooseRuntimes(config, probe);
  const settings = containerSettings(config, kernel, runtimes, idMappings);

  const database = undo.adopt(openDatabase(join(dataRoot, 'state.db')), (open) => open.close());
  const fault = faultPoint(process.env);
  const clock = systemClock();
  const events = createEventBus({ clock });
  const content = undo.use(
    await openContentStore(join(dataRoot, 'content'), {
      files: kernel.files,
      bootId: kernel.host.bootId,
    }),
  );
  const [name, storageOptions] = [config['storage-driver'], config['storage-opts']];
  const strayMappings = join(execRoot, 'mapped');
  const snapshotter = undo.use(
    await openSnapshotter({
      ...{ name, root: dataRoot, kernel, storageOptions, strayMappings },
      ...(idMappings === undefined
        ? {}
        : { owners: { mappings: idMappings, directory: strayMappings } }),
    }),
  );
  const workers = undo.use(new WorkerPool());

  const registryConfiguration = () => registrySettings(config, process.env);
  const registry = undo.use(
    createRegistryClient({
      configuration: registryConfiguration,
      timeouts: () => timeoutsFor(config['registry-timeout']),
      userAgent: `berth/${build.version}`,
    }),
  );
  const images = createImageService({
    ...{ database, content, snapshotter, events, registry },
    transfer: snapshotter.transfer,
    hostPlatform: hostPlatform(kernel.host.architecture),
    faultPoint: fault,
    transferLimits: () => ({
      downloads: config['max-concurrent-downloads'],
      uploads: config['max-concurrent-uploads'],
    }),
  });
  const reportError = (error: unknown, what: string): void =>
    logger.error('daemon', `Failed: ${what}`, { error });
  const plugins = pluginRegistry(config);
  const volumes = createVolumeService({
    ...{ kernel, database, events, workers, reportError, faultPoint: fault },
    clock: { now: () => new Date() },
    root: join(dataRoot, 'volumes'),
    owner: idMappings && rootOf(idMappings),
    ownFolders: [dataRoot, execRoot],
    plugins,
    transfer: snapshotter.transfer,
  });
  const networks = createNetworkService({
    ...{ kernel, database, events, execRoot, clock, reportError, faultPoint: fault },
    config: networkSettings(config),
    systemBus: systemBusPath(process.env.DBUS_SYSTEM_BUS_ADDRESS),
    ...(config['plugin-dirs'].length > 0 ? { pluginDirectories: config['plugin-dirs'] } : {}),
    createResolver: (parts) => new EmbeddedResolver(parts),
  });
  undo.defer(() => networks.close());
  const shims = createShimLauncher({
    processes: kernel.processes,
    shimPath: join(installationRoot(), 'native', 'shim', 'build', 'berth-shim'),
  });
  const containers = createContainerService({
    ...{ kernel, database, snapshotter, images, networks, volumes, shims, events },
    ...{ config: settings, dataRoot, execRoot, faultPoint: fault },
    clock,
    ids: createRandomIds(),
    reportError,
  });

  const services = { containers, images, volumes, networks, registry, events };
  const daemonId = installationId(database);
  const system = createSystemService({
    ...{ services, kernel, snapshotter, workers, build, daemonId },
    config: () => config,
    registryConfiguration,
    runtimes: () => ({ ...settings, defaultName: settings.defaults.runtime }),
    runtimeVersions: new RuntimeVersions(kernel.processes),
    openDescriptors: () => readdirSync('/proc/self/fd').length,
  });
  return {
    services: { ...services, system },
    daemonId,
    reconcile: async () => {
      await volumes.reconcile();
      await images.reconcile();
      await containers.reconcile();
      void volumes.releaseStale();
    },
    reload: async (loaded) => {
      Object.assign(
        settings,
        containerSettings(loaded, kernel, await chooseRuntimes(loaded, probe), idMappings),
      );
      config = loaded;
    },
  };
}

/** The host's IDs of the root of containers. */
function rootOf({ uids, gids }: IdMappings): { readonly uid: number; readonly gid: number } {
  return { uid: uids[0]?.outside ?? 0, gid: gids[0]?.outside ?? 0 };
}

/** A name for this data root that stays the same for as long as it exists. */
function installationId(database: Database): string {
  const known = database.getValue('daemon.id');
  if (known !== undefined) return known;
  const made = randomUUID();
  database.setValue('daemon.id', made);
  return made;
}
