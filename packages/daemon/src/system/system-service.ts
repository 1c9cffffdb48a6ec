import { basename } from 'node:path';
import { type CdiDevices, readCdiDevices } from '@berth/containers';
import {
  apiVersion,
  minApiVersion,
  type SystemDataUsageResponse,
  type SystemInfo,
  type SystemVersion,
} from '@berth/engine-api';
import type { Kernel } from '@berth/kernel';
import type { RegistryConfiguration } from '@berth/registry-client';
import type { Snapshotter, WorkerPool } from '@berth/snapshots';
import type { DaemonConfig } from '../config/option-table.ts';
import { cdiFolders } from '../engine/container-settings.ts';
import type { DiskUsageType, EngineServices, SystemService } from '../http/services.ts';
import type { BuildInfo } from './build-info.ts';
import { describeDiskUsage } from './disk-usage.ts';
import { explainUsage } from './explain-usage.ts';
import { hostName, readOsRelease } from './host-facts.ts';
import { describeProxies, describeRegistries } from './registry-info.ts';
import { resourceFlags, resourceWarnings } from './resource-flags.ts';
import type { RuntimeVersion, RuntimeVersions } from './runtime-versions.ts';
import { securityOptions } from './security-options.ts';

/** The OCI runtimes in use: what is configured and what was found to work here. */
export interface RuntimeSetup {
  readonly defaultName: string;
  readonly runtimes: Readonly<
    Record<string, { readonly path: string; readonly arguments?: readonly string[] }>
  >;
  readonly cgroupDriver: string;
  readonly initPath?: string;
}

export interface SystemDependencies {
  readonly services: Omit<EngineServices, 'system'>;
  readonly kernel: Kernel;
  readonly snapshotter: Snapshotter;
  /** Walks through files off the event loop. */
  readonly workers: Pick<WorkerPool, 'run'>;
  /** The configuration and runtimes as they are now: a reload changes them. */
  readonly config: () => DaemonConfig;
  readonly registryConfiguration: () => RegistryConfiguration;
  readonly runtimes: () => RuntimeSetup;
  readonly runtimeVersions: RuntimeVersions;
  readonly build: BuildInfo;
  /** Identity of this installation, stable over restarts. */
  readonly daemonId: string;
  readonly openDescriptors: () => number;
}

/** What the programs that stand below containers say of themselves. */
interface ProgramVersions {
  readonly runtime: RuntimeVersion;
  readonly init: RuntimeVersion;
}

const unknownVersion: RuntimeVersion = { version: '', commit: '', spec: '' };

export function createSystemService(dependencies: SystemDependencies): SystemService {
  let versions: ProgramVersions = { runtime: unknownVersion, init: unknownVersion };
  const versionOf = async (path: string | undefined): Promise<RuntimeVersion> =>
    path === undefined ? unknownVersion : await dependencies.runtimeVersions.of(path);
  const refresh = async (): Promise<void> => {
    const { defaultName, runtimes, initPath } = dependencies.runtimes();
    versions = {
      runtime: await versionOf(runtimes[defaultName]?.path),
      init: await versionOf(initPath),
    };
  };
  void refresh();
  return {
    info: async () => {
      await refresh();
      const devices = await readCdiDevices(cdiFolders(dependencies.config()));
      return withDevices(describeSystem(dependencies, versions), devices);
    },
    version: () => describeVersion(dependencies, versions),
    diskUsage: (wanted: ReadonlySet<DiskUsageType>): Promise<SystemDataUsageResponse> =>
      describeDiskUsage(dependencies.services, wanted),
    explainUsage: (signal) => explainUsage(dependencies, signal),
  };
}

function describeSystem(dependencies: SystemDependencies, versions: ProgramVersions): SystemInfo {
  const { kernel, snapshotter, services, build, daemonId } = dependencies;
  const config = dependencies.config();
  const registries = dependencies.registryConfiguration();
  const { total, running, paused, stopped } = services.containers.counts();
  const os = readOsRelease();
  return {
    ID: daemonId,
    Containers: total,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: stopped,
    Images: services.images.count(),
    Driver: snapshotter.name,
    DriverStatus: snapshotter.status().map((row) => [...row]),
    Plugins: {
      Volume: [...services.volumes.driverNames()],
      Network: services.networks.driverNames(),
      Authorization:
        config['authorization-plugins'].length > 0 ? [...config['authorization-plugins']] : null,
      Log: ['fluentd', 'gelf', 'journald', 'json-file', 'local', 'none', 'syslog'],
    },
    ...resourceFlags(kernel),
    Debug: config.debug,
    NFd: dependencies.openDescriptors(),
    NGoroutines: process.getActiveResourcesInfo().length,
    SystemTime: new Date().toISOString(),
    LoggingDriver: config['log-driver'],
    CgroupDriver: dependencies.runtimes().cgroupDriver,
    CgroupVersion: kernel.cgroups.host.layout === 'v2' ? '2' : '1',
    NEventsListener: services.events.subscriberCount,
    KernelVersion: kernel.host.kernelVersion,
    OperatingSystem: os.prettyName,
    OSVersion: os.versionId,
    OSType: 'linux',
    Architecture: kernel.host.architecture,
    NCPU: kernel.host.cpuCount,
    MemTotal: kernel.host.memoryBytes,
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: describeRegistries(registries),
    GenericResources: null,
    DockerRootDir: config['data-root'],
    ...describeProxies(registries.proxy),
    Name: hostName(),
    Labels: config.labels,
    ExperimentalBuild: false,
    ServerVersion: build.version,
    ...describeRuntimes(dependencies, versions),
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: config['live-restore'],
    Isolation: '',
    SecurityOptions: securityOptions(kernel, config),
    FirewallBackend: { Driver: 'nftables' },
    DefaultAddressPools: config['default-address-pools'].map(({ base, size }) => ({
      Base: base,
      Size: size,
    })),
    CDISpecDirs: [...cdiFolders(config)],
    // Both tell when forwarding is off.
    Warnings: [...new Set([...services.networks.warnings(), ...resourceWarnings(kernel)])],
  };
}

/** Devices that can be asked for by name, and what keeps others from being. */
function withDevices(info: SystemInfo, { devices, problems }: CdiDevices): SystemInfo {
  const found = [...devices.keys()].sort().map((ID) => ({ Source: 'cdi', ID }));
  const warnings = [...problems].map(([what, reason]) => `CDI: ${what}: ${reason}`);
  return {
    ...info,
    ...(found.length === 0 ? {} : { DiscoveredDevices: found }),
    Warnings: [...(info.Warnings ?? []), ...warnings],
  };
}

/** No containerd stands below Berth, so its commit is empty. */
function describeRuntimes(
  { runtimes }: SystemDependencies,
  { runtime: used, init }: ProgramVersions,
): Partial<SystemInfo> {
  const setup = runtimes();
  const described = Object.entries(setup.runtimes).map(([name, runtime]) => [
    name,
    {
      path: runtime.path,
      ...(runtime.arguments === undefined ? {} : { runtimeArgs: runtime.arguments }),
    },
  ]);
  return {
    Runtimes: Object.fromEntries(described),
    DefaultRuntime: setup.defaultName,
    InitBinary: setup.initPath ?? '',
    ContainerdCommit: { ID: '' },
    RuncCommit: { ID: used.commit || used.version },
    InitCommit: { ID: init.commit || init.version },
  };
}

function describeVersion(
  { build, kernel, runtimes }: SystemDependencies,
  { runtime, init }: ProgramVersions,
): SystemVersion {
  const common = {
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    GitCommit: build.gitCommit,
    GoVersion: `node ${process.version}`,
    Os: 'linux',
    Arch: architectures[kernel.host.architecture] ?? kernel.host.architecture,
    KernelVersion: kernel.host.kernelVersion,
    BuildTime: '',
  };
  const { defaultName, initPath } = runtimes();
  return {
    Platform: { Name: 'Berth' },
    Components: [
      {
        Name: 'Engine',
        Version: build.version,
        Details: { ...common, Experimental: 'false' },
      },
      {
        Name: defaultName,
        Version: runtime.version,
        Details: { GitCommit: runtime.commit, SpecVersion: runtime.spec },
      },
      ...(initPath === undefined
        ? []
        : [
            {
              Name: basename(initPath),
              Version: init.version,
              Details: { GitCommit: init.commit },
            },
          ]),
    ],
    Version: build.version,
    ...common,
    Experimental: false,
  };
}

/** Names of machine types as images use them. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
};
