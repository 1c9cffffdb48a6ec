import type { SystemInfo } from '@berth/engine-api';
import { binarySize } from './sizes.ts';

/** The daemon's part of `berth info`. */
export function infoText(info: SystemInfo): string {
  const lines = [
    ...counts(info),
    ...drivers(info),
    ...plugins(info),
    ...runtimes(info),
    ...host(info),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line that is left out when there is nothing to say. */
function optional(label: string, value: string | number | undefined): string[] {
  return value === undefined || value === '' ? [] : [` ${label}: ${value}`];
}

function counts(info: SystemInfo): string[] {
  return [
    ` Containers: ${info.Containers ?? 0}`,
    `  Running: ${info.ContainersRunning ?? 0}`,
    `  Paused: ${info.ContainersPaused ?? 0}`,
    `  Stopped: ${info.ContainersStopped ?? 0}`,
    ` Images: ${info.Images ?? 0}`,
  ];
}

function drivers(info: SystemInfo): string[] {
  return [
    ...optional('Server Version', info.ServerVersion),
    ...optional('Storage Driver', info.Driver),
    ...(info.DriverStatus ?? []).map(([name, value]) => `  ${name}: ${value}`),
    ...optional('Logging Driver', info.LoggingDriver),
    ...optional('Cgroup Driver', info.CgroupDriver),
    ...optional('Cgroup Version', info.CgroupVersion),
  ];
}

function plugins(info: SystemInfo): string[] {
  const list = (names: readonly string[] | null | undefined) => (names ?? []).join(' ');
  const authorization = info.Plugins?.Authorization ?? [];
  const devices = info.DiscoveredDevices ?? [];
  const folders = info.CDISpecDirs ?? [];
  return [
    ' Plugins:',
    `  Volume: ${list(info.Plugins?.Volume)}`,
    `  Network: ${list(info.Plugins?.Network)}`,
    ...(authorization.length > 0 ? [`  Authorization: ${list(authorization)}`] : []),
    `  Log: ${list(info.Plugins?.Log)}`,
    ...(folders.length > 0 ? [' CDI spec directories:', ...folders.map((it) => `  ${it}`)] : []),
    ...(devices.length > 0
      ? [' Discovered Devices:', ...devices.map((it) => `  ${it.Source}: ${it.ID}`)]
      : []),
    ` Swarm: ${info.Swarm?.LocalNodeState ?? 'inactive'}`,
  ];
}

function runtimes(info: SystemInfo): string[] {
  const names = Object.keys(info.Runtimes ?? {});
  const lines =
    names.length > 0
      ? [` Runtimes: ${names.join(' ')}`, ` Default Runtime: ${info.DefaultRuntime ?? ''}`]
      : [];
  return [
    ...lines,
    ` Init Binary: ${info.InitBinary ?? ''}`,
    ...optional('containerd version', info.ContainerdCommit?.ID),
    ...optional('runc version', info.RuncCommit?.ID),
    ...optional('init version', info.InitCommit?.ID),
    ...securityOptions(info.SecurityOptions ?? []),
  ];
}

function securityOptions(options: readonly string[]): string[] {
  if (options.length === 0) return [];
  const lines = options.flatMap((option) => {
    const pairs = new Map(option.split(',').map((pair) => pair.split('=') as [string, string]));
    const profile = pairs.get('profile');
    const name = `  ${pairs.get('name') ?? option}`;
    return profile === undefined ? [name] : [name, `   Profile: ${profile}`];
  });
  return [' Security Options:', ...lines];
}

function host(info: SystemInfo): string[] {
  const labels = info.Labels ?? [];
  const pools = info.DefaultAddressPools ?? [];
  const named = Object.values(info.RegistryConfig?.IndexConfigs ?? {})
    .filter((index) => index?.Secure === false)
    .map((index) => index?.Name ?? '');
  const registries = [...named, ...(info.RegistryConfig?.InsecureRegistryCIDRs ?? [])];
  const mirrors = info.RegistryConfig?.Mirrors ?? [];
  return [
    ...optional('Kernel Version', info.KernelVersion),
    ...optional('Operating System', info.OperatingSystem),
    ...optional('OSType', info.OSType),
    ...optional('Architecture', info.Architecture),
    ` CPUs: ${info.NCPU ?? 0}`,
    ` Total Memory: ${binarySize(info.MemTotal ?? 0)}`,
    ...optional('Name', info.Name),
    ...optional('ID', info.ID),
    ` Docker Root Dir: ${info.DockerRootDir ?? ''}`,
    ` Debug Mode: ${info.Debug ?? false}`,
    ...optional('HTTP Proxy', info.HttpProxy),
    ...optional('HTTPS Proxy', info.HttpsProxy),
    ...optional('No Proxy', info.NoProxy),
    ...(labels.length > 0 ? [' Labels:', ...labels.map((label) => `  ${label}`)] : []),
    ` Experimental: ${info.ExperimentalBuild ?? false}`,
    ...(registries.length > 0
      ? [' Insecure Registries:', ...registries.map((it) => `  ${it}`)]
      : []),
    ...(mirrors.length > 0 ? [' Registry Mirrors:', ...mirrors.map((it) => `  ${it}`)] : []),
    ` Live Restore Enabled: ${info.LiveRestoreEnabled ?? false}`,
    ...(pools.length > 0
      ? [
          ' Default Address Pools:',
          ...pools.map((pool) => `   Base: ${pool.Base}, Size: ${pool.Size}`),
        ]
      : []),
  ];
}
