import { engineError } from '@berth/errors';
import { checkDefaultMirror, checkInsecureRegistry, checkRegistries } from '@berth/registry-client';
import type { DaemonConfig } from './option-table.ts';

/** Keys of `proxies`, and the flags that say the same. */
const proxyKeys = ['http-proxy', 'https-proxy', 'no-proxy'] as const;

/** Fails for settings of registries and proxies that make no sense, with Docker's texts where it has any. */
export function checkRegistryOptions(config: DaemonConfig): void {
  for (const mirror of config['registry-mirrors']) checkDefaultMirror(mirror);
  for (const host of config['insecure-registries']) checkInsecureRegistry(host);
  checkRegistries(config.registries);
  checkProxies(config);
  atLeast(config, 'max-concurrent-downloads', 0);
  atLeast(config, 'max-concurrent-uploads', 0);
  atLeast(config, 'max-download-attempts', 1);
  atLeast(config, 'registry-timeout', 1);
}

function checkProxies(config: DaemonConfig): void {
  for (const [key, value] of Object.entries(config.proxies)) {
    const known = proxyKeys.find((name) => name === key);
    if (known === undefined) refuse(`proxies.${key}`, String(value), 'is not known');
    if (typeof value !== 'string') refuse(`proxies.${key}`, String(value), 'must be text');
    if (config[known] !== '') {
      refuse(known, config[known], 'is given by a flag and in "proxies" of the file');
    }
  }
  for (const key of ['http-proxy', 'https-proxy'] as const) {
    const value = proxySetting(config, key);
    if (value === '') continue;
    const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
    if (!URL.canParse(url)) refuse(key, value, 'is not a URL');
    if (!/^https?:/i.test(url)) refuse(key, value, 'only http and https proxies are supported');
  }
}

/** A proxy setting from wherever it is given; empty when it is not. */
export function proxySetting(config: DaemonConfig, key: (typeof proxyKeys)[number]): string {
  if (config[key] !== '') return config[key];
  const value = config.proxies[key];
  return typeof value === 'string' ? value : '';
}

type IntegerKey = {
  [Key in keyof DaemonConfig]: DaemonConfig[Key] extends number ? Key : never;
}[keyof DaemonConfig];

function atLeast(config: DaemonConfig, key: IntegerKey, lowest: number): void {
  if (config[key] < lowest) refuse(key, config[key], `must be ${lowest} or more`);
}

function refuse(key: string, value: string | number, reason: string): never {
  throw engineError('daemon.invalid-option', { key, value, reason });
}
