import { updateClientConfig } from '@berth/engine-client';

/**
 * Changes `config.json` in the folder of the client configuration as `updateClientConfig` does, with the servers in the
 * order in which Docker writes them. Fails with client.bad-config.
 */
export function changeConfigFile(
  folder: string,
  change: (config: Record<string, unknown>) => void,
): void {
  updateClientConfig(folder, (config) => {
    change(config);
    return sorted(config);
  });
}

function sorted(config: Record<string, unknown>): Record<string, unknown> {
  const { auths } = config;
  if (typeof auths !== 'object' || auths === null) return config;
  const entries = Object.entries(auths).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...config, auths: Object.fromEntries(entries) };
}
