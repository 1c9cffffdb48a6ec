import type { HostConfig } from '@berth/engine-api';
import type { SpecRequest } from '../spec-request.ts';
import { deviceRules } from './devices.ts';

type Json = Readonly<Record<string, unknown>>;

/** `linux.resources` in the v1-style numbers of the runtime spec; runtimes convert them for cgroup v2. */
export function linuxResources(request: SpecRequest): Json {
  const { hostConfig } = request;
  return withoutEmpty({
    devices: deviceRules(request),
    memory: memory(request),
    cpu: cpu(hostConfig),
    pids: pids(hostConfig),
    blockIO: blockIo(hostConfig, request.blockDevices),
    unified: undefined,
  });
}

function memory({ hostConfig, limitsSwap }: SpecRequest): Json | undefined {
  return withoutEmpty({
    limit: positive(hostConfig.Memory),
    reservation: positive(hostConfig.MemoryReservation),
    swap: limitsSwap ? swap(hostConfig) : undefined,
    kernelTCP: positive(hostConfig.KernelMemoryTCP),
    swappiness: swappiness(hostConfig.MemorySwappiness),
    disableOOMKiller: hostConfig.OomKillDisable === true ? true : undefined,
  });
}

/** -1 is unlimited; 0 with a memory limit means twice the limit (docker run --memory-swap). */
function swap(hostConfig: HostConfig): number | undefined {
  if (hostConfig.MemorySwap === undefined || hostConfig.MemorySwap === 0) return undefined;
  return hostConfig.MemorySwap;
}

function swappiness(value: number | null | undefined): number | undefined {
  return value === undefined || value === null || value < 0 ? undefined : value;
}

function cpu(hostConfig: HostConfig): Json | undefined {
  const nano = positive(hostConfig.NanoCpus);
  return withoutEmpty({
    shares: positive(hostConfig.CpuShares),
    // NanoCpus is the share of one CPU in 10⁻⁹, over a period of 100 ms.
    quota: nano === undefined ? nonZero(hostConfig.CpuQuota) : Math.floor(nano / 10_000),
    period: nano === undefined ? positive(hostConfig.CpuPeriod) : 100_000,
    realtimePeriod: positive(hostConfig.CpuRealtimePeriod),
    realtimeRuntime: positive(hostConfig.CpuRealtimeRuntime),
    cpus: hostConfig.CpusetCpus || undefined,
    mems: hostConfig.CpusetMems || undefined,
  });
}

/** Without one a new cgroup is unlimited; not every runtime takes -1 for that. */
function pids(hostConfig: HostConfig): Json | undefined {
  const limit = hostConfig.PidsLimit;
  return limit === undefined || limit === null || limit <= 0 ? undefined : { limit };
}

function blockIo(hostConfig: HostConfig, numbers: SpecRequest['blockDevices']): Json | undefined {
  const throttle = (devices: HostConfig['BlkioDeviceReadBps']) =>
    devices?.length
      ? devices.map((device) => ({ ...numbersOf(device.Path, numbers), rate: device.Rate ?? 0 }))
      : undefined;
  return withoutEmpty({
    weight: positive(hostConfig.BlkioWeight),
    weightDevice: hostConfig.BlkioWeightDevice?.length
      ? hostConfig.BlkioWeightDevice.map((device) => ({
          ...numbersOf(device.Path, numbers),
          weight: device.Weight ?? 0,
        }))
      : undefined,
    throttleReadBpsDevice: throttle(hostConfig.BlkioDeviceReadBps),
    throttleWriteBpsDevice: throttle(hostConfig.BlkioDeviceWriteBps),
    throttleReadIOPSDevice: throttle(hostConfig.BlkioDeviceReadIOps),
    throttleWriteIOPSDevice: throttle(hostConfig.BlkioDeviceWriteIOps),
  });
}

function numbersOf(
  path: string | undefined,
  numbers: SpecRequest['blockDevices'],
): { major: number; minor: number } {
  const found = numbers[path ?? ''];
  if (found === undefined) throw new Error(`unvalidated block device: ${path}`);
  return { major: found[0], minor: found[1] };
}

function positive(value: number | null | undefined): number | undefined {
  return value !== undefined && value !== null && value > 0 ? value : undefined;
}

function nonZero(value: number | null | undefined): number | undefined {
  return value === undefined || value === null || value === 0 ? undefined : value;
}

/** The object without its undefined members; undefined when nothing is left. */
function withoutEmpty(object: Json): Json;
function withoutEmpty(object: Json): Json | undefined {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
