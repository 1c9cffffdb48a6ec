import type { SystemInfo } from '@berth/engine-api';
import type { Kernel } from '@berth/kernel';

/** Which limits this host can set. */
export function resourceFlags({ cgroups, host }: Kernel): Partial<SystemInfo> {
  const { controllers, memorySwap, oomKillDisable, cpuCfs } = cgroups.host;
  const has = (...names: string[]): boolean => names.some((name) => controllers.includes(name));
  return {
    MemoryLimit: has('memory'),
    SwapLimit: memorySwap,
    KernelMemoryTCP: false,
    CpuCfsPeriod: cpuCfs,
    CpuCfsQuota: cpuCfs,
    CPUShares: has('cpu'),
    CPUSet: has('cpuset'),
    PidsLimit: has('pids'),
    OomKillDisable: oomKillDisable,
    IPv4Forwarding: host.sysctl('net.ipv4.ip_forward')?.trim() === '1',
  };
}

/** Docker's warnings for limits that are missing. */
export function resourceWarnings(kernel: Kernel): string[] {
  const flags = resourceFlags(kernel);
  const missing: readonly (readonly [boolean | undefined, string])[] = [
    [flags.MemoryLimit, 'No memory limit support'],
    [flags.SwapLimit, 'No swap limit support'],
    [flags.CpuCfsPeriod, 'No cpu cfs period support'],
    [flags.CpuCfsQuota, 'No cpu cfs quota support'],
    [flags.CPUShares, 'No cpu shares support'],
    [flags.CPUSet, 'No cpuset support'],
    [flags.PidsLimit, 'No pids limit support'],
    [flags.IPv4Forwarding, 'IPv4 forwarding is disabled'],
  ];
  return missing.filter(([present]) => present !== true).map(([, text]) => `WARNING: ${text}`);
}
