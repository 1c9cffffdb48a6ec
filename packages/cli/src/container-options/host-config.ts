import { cut } from '../flags/flag-types.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { ValueError } from '../usage-error.ts';
import { type HostConfigSpec, nullIfEmpty, restartPolicy } from './container-spec.ts';
import { isCdiDevice, parseDevice } from './device-option.ts';
import { parseDeviceRequest } from './device-request.ts';
import { parseThrottleBytes, parseThrottleOperations, parseWeightDevice } from './flag-checks.ts';
import { pairsToMap } from './key-value-file.ts';
import { parseMount } from './mount-option.ts';
import type { NetworkOption } from './network-option.ts';
import type { PortBindingSpec } from './port-option.ts';
import { parseSecurityOptions } from './security-options.ts';
import { ulimitList } from './ulimit-option.ts';

export interface HostConfigParts {
  readonly binds: readonly string[];
  readonly bindings: Readonly<Record<string, readonly PortBindingSpec[]>>;
  readonly networks: readonly NetworkOption[];
}

/** The HostConfig of ContainerCreate. Throws ValueError. */
export function hostConfig(flags: ParsedFlags, parts: HostConfigParts): HostConfigSpec {
  const security = parseSecurityOptions(flags.list('security-opt'));
  const restart = restartPolicy(flags.string('restart'));
  if (flags.boolean('rm') && restart.Name !== '' && restart.Name !== 'no') {
    throw new ValueError('conflicting options: cannot specify both --restart and --rm');
  }
  const mounts = flags.list('mount').map(parseMount);
  return {
    Binds: nullIfEmpty(parts.binds),
    ContainerIDFile: flags.string('cidfile'),
    LogConfig: { Type: flags.string('log-driver'), Config: logOptions(flags) },
    NetworkMode: parts.networks[0]?.target ?? 'default',
    PortBindings: parts.bindings,
    RestartPolicy: restart,
    AutoRemove: flags.boolean('rm'),
    VolumeDriver: flags.string('volume-driver'),
    VolumesFrom: listOrNull(flags, 'volumes-from'),
    ConsoleSize: [0, 0],
    ...unlessEmpty('Annotations', flags.map('annotation')),
    CapAdd: nullIfEmpty(capabilities(flags.list('cap-add'))),
    CapDrop: nullIfEmpty(capabilities(flags.list('cap-drop'))),
    CgroupnsMode: mode(flags, 'cgroupns', /^(|host|private)$/, 'CGROUP'),
    Dns: flags.list('dns'),
    DnsOptions: flags.list('dns-option'),
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: listOrNull(flags, 'add-host'),
    GroupAdd: listOrNull(flags, 'group-add'),
    IpcMode: flags.string('ipc'),
    Cgroup: '',
    Links: listOrNull(flags, 'link'),
    OomScoreAdj: flags.number('oom-score-adj'),
    PidMode: mode(flags, 'pid', /^(|host|container:.+)$/s, 'PID'),
    Privileged: flags.boolean('privileged'),
    PublishAllPorts: flags.boolean('publish-all'),
    ReadonlyRootfs: flags.boolean('read-only'),
    SecurityOpt: flags.list('security-opt').length === 0 ? null : security.options,
    ...unlessEmpty('StorageOpt', storageOptions(flags)),
    ...unlessEmpty('Tmpfs', tmpfs(flags)),
    UTSMode: mode(flags, 'uts', /^(|host)$/, 'UTS'),
    UsernsMode: mode(flags, 'userns', /^(|host)$/, 'USER'),
    ShmSize: flags.number('shm-size'),
    ...unlessEmpty('Sysctls', flags.map('sysctl')),
    ...(flags.string('runtime') === '' ? {} : { Runtime: flags.string('runtime') }),
    Isolation: flags.string('isolation'),
    ...resources(flags),
    ...(mounts.length === 0 ? {} : { Mounts: mounts.map(withoutZeros) }),
    MaskedPaths: security.systemPaths,
    ReadonlyPaths: security.systemPaths,
    ...(flags.has('init') ? { Init: flags.boolean('init') } : {}),
  };
}

function resources(flags: ParsedFlags): Record<string, unknown> {
  const swappiness = flags.number('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new ValueError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  const devices = flags.list('device');
  const cdi = devices.filter(isCdiDevice);
  const kernelMemory = flags.number('kernel-memory');
  return {
    ...cpu(flags),
    Memory: flags.number('memory'),
    CgroupParent: flags.string('cgroup-parent'),
    ...blockIo(flags),
    Devices: devices.filter((device) => !isCdiDevice(device)).map(parseDevice),
    DeviceCgroupRules: listOrNull(flags, 'device-cgroup-rule'),
    DeviceRequests: nullIfEmpty([
      ...flags.list('gpus').map(parseDeviceRequest),
      ...(cdi.length === 0
        ? []
        : [{ Driver: 'cdi', Count: 0, DeviceIDs: cdi, Capabilities: null, Options: null }]),
    ]),
    ...(kernelMemory === 0 ? {} : { KernelMemory: kernelMemory }),
    MemoryReservation: flags.number('memory-reservation'),
    MemorySwap: flags.number('memory-swap'),
    MemorySwappiness: swappiness,
    OomKillDisable: flags.boolean('oom-kill-disable'),
    PidsLimit: flags.number('pids-limit'),
    Ulimits: ulimitList(flags.list('ulimit')),
    IOMaximumIOps: flags.number('io-maxiops'),
    IOMaximumBandwidth: flags.number('io-maxbandwidth'),
  };
}

function cpu(flags: ParsedFlags): Record<string, unknown> {
  return {
    CpuShares: flags.number('cpu-shares'),
    NanoCpus: flags.number('cpus'),
    CpuPeriod: flags.number('cpu-period'),
    CpuQuota: flags.number('cpu-quota'),
    CpuRealtimePeriod: flags.number('cpu-rt-period'),
    CpuRealtimeRuntime: flags.number('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    CpuCount: flags.number('cpu-count'),
    CpuPercent: flags.number('cpu-percent'),
  };
}

function blockIo(flags: ParsedFlags): Record<string, unknown> {
  return {
    BlkioWeight: flags.number('blkio-weight'),
    BlkioWeightDevice: flags.list('blkio-weight-device').map(parseWeightDevice),
    BlkioDeviceReadBps: flags.list('device-read-bps').map(parseThrottleBytes),
    BlkioDeviceWriteBps: flags.list('device-write-bps').map(parseThrottleBytes),
    BlkioDeviceReadIOps: flags.list('device-read-iops').map(parseThrottleOperations),
    BlkioDeviceWriteIOps: flags.list('device-write-iops').map(parseThrottleOperations),
  };
}

function listOrNull(flags: ParsedFlags, name: string): readonly string[] | null {
  return nullIfEmpty(flags.list(name));
}

/** Capabilities by their full names, each once, sorted. */
function capabilities(names: readonly string[]): string[] {
  const full = names.map((name) => {
    const upper = name.trim().toUpperCase();
    return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  });
  return [...new Set(full)].sort();
}

function unlessEmpty(name: string, values: Readonly<Record<string, string>>): object {
  return Object.keys(values).length === 0 ? {} : { [name]: values };
}

function mode(flags: ParsedFlags, name: string, valid: RegExp, shown: string): string {
  const value = flags.string(name);
  if (!valid.test(value)) throw new ValueError(`--${name}: invalid ${shown} mode`);
  return value;
}

function logOptions(flags: ParsedFlags): Record<string, string> {
  const options = flags.list('log-opt');
  const driver = flags.string('log-driver');
  if (driver === 'none' && options.length > 0) {
    throw new ValueError(`invalid logging opts for driver ${driver}`);
  }
  return pairsToMap(options);
}

function storageOptions(flags: ParsedFlags): Record<string, string> {
  const options = flags.list('storage-opt');
  if (options.some((option) => !option.includes('='))) {
    throw new ValueError('invalid storage option');
  }
  return pairsToMap(options);
}

function tmpfs(flags: ParsedFlags): Record<string, string> {
  return Object.fromEntries(
    flags.list('tmpfs').map((text) => {
      const [path, options] = cut(text, ':');
      return [path, options ?? ''];
    }),
  );
}

/** Zero values inside a mount are not sent. */
function withoutZeros(value: object): object {
  const kept = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    if (field === false || field === '' || field === 0) return [];
    if (name === 'Labels' || name === 'Options') {
      return Object.keys(field as object).length === 0 ? [] : [[name, field]];
    }
    return [[name, typeof field === 'object' ? withoutZeros(field as object) : field]];
  });
  return Object.fromEntries(kept);
}
