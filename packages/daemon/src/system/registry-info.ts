import type { SystemInfo } from '@berth/engine-api';
import {
  alwaysInsecure,
  isAddressOrRange,
  type ProxySettings,
  type RegistryConfiguration,
} from '@berth/registry-client';

/** The `RegistryConfig` of info, in Docker's shape: mirrors with a slash at their end. */
export function describeRegistries(
  configuration: RegistryConfiguration,
): NonNullable<SystemInfo['RegistryConfig']> {
  const { insecure, registries } = configuration;
  const mirrors = configuration.mirrors.map(withSlash);
  const hosts = insecure.filter((entry) => !isAddressOrRange(entry));
  const names = new Set([...hosts, ...Object.keys(registries)].filter((name) => name !== '*'));
  const described = [...names].map((name) => [
    name,
    {
      Name: name,
      Mirrors: (registries[name]?.mirrors ?? []).map(withoutPassword).map(withSlash),
      Secure: !(registries[name]?.insecure ?? hosts.includes(name)),
      Official: false,
    },
  ]);
  return {
    InsecureRegistryCIDRs: [...alwaysInsecure, ...insecure.filter(isAddressOrRange).map(asRange)],
    IndexConfigs: {
      ...Object.fromEntries(described),
      'docker.io': { Name: 'docker.io', Mirrors: mirrors, Secure: true, Official: true },
    },
    Mirrors: mirrors,
  };
}

/** The proxies of info; user and password are crossed out as in Docker. */
export function describeProxies(
  proxy: ProxySettings,
): Pick<SystemInfo, 'HttpProxy' | 'HttpsProxy' | 'NoProxy'> {
  return {
    HttpProxy: crossedOut(proxy.httpProxy),
    HttpsProxy: crossedOut(proxy.httpsProxy),
    NoProxy: proxy.noProxy,
  };
}

function crossedOut(proxy: string): string {
  return proxy.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^@/]*@/i, '$1xxxxx:xxxxx@');
}

function withoutPassword(url: string): string {
  return url.replace(/^(https?:\/\/)[^@/]*@/i, '$1');
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function asRange(entry: string): string {
  if (entry.includes('/')) return entry;
  return entry.includes(':') ? `${entry}/128` : `${entry}/32`;
}
