import type { NetworkDriver, NetworkDrivers } from './network-driver.ts';

/** The drivers given, by name. */
export function createDrivers(drivers: readonly NetworkDriver[]): NetworkDrivers {
  const byName = new Map(drivers.map((driver) => [driver.name, driver]));
  return { get: (name) => byName.get(name), names: () => [...byName.keys()].sort() };
}
