import type { RegistryConfiguration } from '@berth/registry-client';
import type { DaemonConfig } from '../config/option-table.ts';

/** What the configuration says about registries, in the terms of the registry client. */
export function registrySettings(config: DaemonConfig): RegistryConfiguration {
  return {
    mirrors: config['registry-mirrors'],
    insecure: config['insecure-registries'],
    registries: {},
    proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
    certificateFolders: [],
    downloadAttempts: config['max-download-attempts'],
  };
}
