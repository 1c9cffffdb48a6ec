import type { Kernel } from '@berth/kernel';
import type { PluginRegistry } from '@berth/plugins';
import { RemoteNetworkDriver } from '../plugins/remote-network-driver.ts';
import type { NetworkDriver, NetworkDrivers } from './network-driver.ts';

/** The drivers given, by name; any other name is that of a plug-in, if there is one. */
export function createDrivers(
  drivers: readonly NetworkDriver[],
  plugins: Pick<PluginRegistry, 'get'>,
  kernel: Pick<Kernel, 'links' | 'namespaces' | 'host'>,
): NetworkDrivers {
  const byName = new Map(drivers.map((driver) => [driver.name, driver]));
  const remote = (name: string) => {
    const plugin = plugins.get(name);
    return plugin === undefined ? undefined : new RemoteNetworkDriver(plugin, kernel);
  };
  return {
    get: (name) => byName.get(name) ?? remote(name),
    names: () => [...byName.keys()].sort(),
  };
}
