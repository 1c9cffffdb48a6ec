import type { HostConfig } from '@berth/engine-api';
import { defaultMaskedPaths, defaultReadonlyPaths } from '@berth/runtime';
import type { ContainerDefaults } from './containers-config.ts';
import { listOrNull, unlessEmpty } from './json-defaults.ts';

export interface HostConfigContext {
  readonly defaults: ContainerDefaults;
  readonly cgroupLayout: 'v1' | 'v2' | 'hybrid';
  readonly oomKillDisable: boolean;
}

/** The host configuration as `inspect` of Docker 28 shows it: every field present, defaults filled in. */
export function withHostConfigDefaults(
  given: HostConfig | undefined,
  context: HostConfigContext,
): HostConfig {
  const host = given ?? {};
  return {
    ...modes(host, context),
    ...identity(host),
    ...resources(host, context),
    ...paths(host),
    ...unlessEmpty('Annotations', host.Annotations),
    ...unlessEmpty('Mounts', host.Mounts),
    ...unlessEmpty('StorageOpt', host.StorageOpt),
    ...unlessEmpty('Tmpfs', host.Tmpfs),
    ...unlessEmpty('Sysctls', host.Sysctls),
    ...(typeof host.Init === 'boolean' ? { Init: host.Init } : {}),
  };
}

/** The daemon's options are for its driver; those of the cache are for every other one as well. */
function logConfig(host: HostConfig, defaults: ContainerDefaults): HostConfig['LogConfig'] {
  const type = host.LogConfig?.Type || defaults.logDriver;
  const inherited = Object.entries(defaults.logOptions).filter(
    ([option]) => type === defaults.logDriver || option.startsWith('cache-'),
  );
  return { Type: type, Config: { ...Object.fromEntries(inherited), ...host.LogConfig?.Config } };
}

function modes(host: HostConfig, { defaults, cgroupLayout }: HostConfigContext): HostConfig {
  const privilegedV1 = host.Privileged === true && cgroupLayout !== 'v2';
  return {
    Binds: listOrNull(host.Binds),
    ContainerIDFile: host.ContainerIDFile ?? '',
    LogConfig: logConfig(host, defaults),
    NetworkMode: networkMode(host.NetworkMode),
    PortBindings: host.PortBindings ?? {},
    RestartPolicy: {
      Name: host.RestartPolicy?.Name || 'no',
      MaximumRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    AutoRemove: host.AutoRemove ?? false,
    VolumeDriver: host.VolumeDriver ?? '',
    VolumesFrom: listOrNull(host.VolumesFrom),
    ConsoleSize: host.ConsoleSize ?? [0, 0],
    CapAdd: listOrNull(host.CapAdd),
    CapDrop: listOrNull(host.CapDrop),
    CgroupnsMode: host.CgroupnsMode || (privilegedV1 ? 'host' : defaults.cgroupNamespaceMode),
  };
}

/** `default` is what the CLI sends for "no --network". */
function networkMode(mode: string | undefined): string {
  return mode === undefined || mode === '' || mode === 'default' ? 'bridge' : mode;
}

function identity(host: HostConfig): HostConfig {
  return {
    Dns: host.Dns ?? [],
    DnsOptions: host.DnsOptions ?? [],
    DnsSearch: host.DnsSearch ?? [],
    ExtraHosts: listOrNull(host.ExtraHosts),
    GroupAdd: listOrNull(host.GroupAdd),
    IpcMode: host.IpcMode ?? '',
    Cgroup: host.Cgroup ?? '',
    Links: listOrNull(host.Links),
    OomScoreAdj: host.OomScoreAdj ?? 0,
    PidMode: host.PidMode ?? '',
    Privileged: host.Privileged ?? false,
    PublishAllPorts: host.PublishAllPorts ?? false,
    ReadonlyRootfs: host.ReadonlyRootfs ?? false,
    SecurityOpt: listOrNull(host.SecurityOpt),
    UTSMode: host.UTSMode ?? '',
    UsernsMode: host.UsernsMode ?? '',
    Isolation: host.Isolation ?? '',
  };
}

function resources(host: HostConfig, { defaults, oomKillDisable }: HostConfigContext): HostConfig {
  const memory = host.Memory ?? 0;
  const swap = host.MemorySwap ?? 0;
  return {
    IpcMode: host.IpcMode || defaults.ipcMode,
    ShmSize: host.ShmSize || defaults.shmSize,
    Runtime: host.Runtime || defaults.runtime,
    CpuShares: host.CpuShares ?? 0,
    Memory: memory,
    NanoCpus: host.NanoCpus ?? 0,
    CgroupParent: host.CgroupParent ?? '',
    BlkioWeight: host.BlkioWeight ?? 0,
    BlkioWeightDevice: host.BlkioWeightDevice ?? [],
    BlkioDeviceReadBps: host.BlkioDeviceReadBps ?? [],
    BlkioDeviceWriteBps: host.BlkioDeviceWriteBps ?? [],
    BlkioDeviceReadIOps: host.BlkioDeviceReadIOps ?? [],
    BlkioDeviceWriteIOps: host.BlkioDeviceWriteIOps ?? [],
    CpuPeriod: host.CpuPeriod ?? 0,
    CpuQuota: host.CpuQuota ?? 0,
    CpuRealtimePeriod: host.CpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: host.CpuRealtimeRuntime ?? 0,
    CpusetCpus: host.CpusetCpus ?? '',
    CpusetMems: host.CpusetMems ?? '',
    Devices: host.Devices ?? [],
    DeviceCgroupRules: listOrNull(host.DeviceCgroupRules),
    DeviceRequests: listOrNull(host.DeviceRequests),
    MemoryReservation: host.MemoryReservation ?? 0,
    // Docker's rule: with a memory limit alone, memory and swap together are twice the limit.
    MemorySwap: memory > 0 && swap === 0 ? memory * 2 : swap,
    MemorySwappiness: (host.MemorySwappiness ?? null) as number,
    OomKillDisable: (oomKillDisable ? (host.OomKillDisable ?? false) : null) as boolean,
    // 0 and -1 mean no limit, and are shown as none.
    PidsLimit: (host.PidsLimit ?? 0) > 0 ? host.PidsLimit : null,
    Ulimits: host.Ulimits ?? [],
    CpuCount: host.CpuCount ?? 0,
    CpuPercent: host.CpuPercent ?? 0,
    IOMaximumIOps: host.IOMaximumIOps ?? 0,
    IOMaximumBandwidth: host.IOMaximumBandwidth ?? 0,
  };
}

function paths(host: HostConfig): HostConfig {
  const privileged = host.Privileged === true;
  return {
    MaskedPaths: host.MaskedPaths ?? (privileged ? null : defaultMaskedPaths),
    ReadonlyPaths: host.ReadonlyPaths ?? (privileged ? null : defaultReadonlyPaths),
  };
}
