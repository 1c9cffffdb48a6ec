import {
  checkInsecureRegistry,
  checkMirror,
  checkRegistries,
  type ProxySettings,
  type RegistryConfiguration,
} from '@berth/registry-client';
import { proxySetting } from '../config/check-registry-options.ts';
import type { DaemonConfig } from '../config/option-table.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the configuration says about registries, in the terms of their client. */
export function registrySettings(
  config: DaemonConfig,
  environment: Environment,
): RegistryConfiguration {
  return {
    mirrors: config['registry-mirrors'].map(checkMirror),
    insecure: config['insecure-registries'].map(checkInsecureRegistry),
    registries: checkRegistries(config.registries),
    certificateFolders: config['registry-certs-dirs'],
    downloadAttempts: config['max-download-attempts'],
    proxy: proxySettings(config, environment),
  };
}

/** Flags and file come before the environment of the daemon. */
export function proxySettings(config: DaemonConfig, environment: Environment): ProxySettings {
  const from = (key: 'http-proxy' | 'https-proxy' | 'no-proxy', name: string) =>
    proxySetting(config, key) || environment[name] || environment[name.toLowerCase()] || '';
  return {
    httpProxy: from('http-proxy', 'HTTP_PROXY'),
    httpsProxy: from('https-proxy', 'HTTPS_PROXY'),
    noProxy: from('no-proxy', 'NO_PROXY'),
  };
}
