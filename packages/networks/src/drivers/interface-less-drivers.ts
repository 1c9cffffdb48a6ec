import { engineError } from '@berth/errors';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkDriver } from './network-driver.ts';

const inert = {
  publishes: false,
  prepare: () => undefined,
  dispose: () => Promise.resolve(),
  design: () => ({}),
  attach: () => undefined,
  detach: () => Promise.resolve(),
  repair: () => undefined,
  firewallNetwork: () => undefined,
  isolatedFamilies: () => [],
};

/** There is one host network and one without any, and the engine makes them. */
function refuseSecond(driver: string): (network: NetworkRecord) => NetworkRecord {
  return () => {
    throw engineError('networks.single-instance', { driver });
  };
}

/** The container uses the host's namespace. */
export const hostDriver: NetworkDriver = {
  ...inert,
  name: 'host',
  needs: { sandbox: 'host', interface: false },
  validate: refuseSecond('host'),
};

/** A namespace with loopback and nothing else. */
export const nullDriver: NetworkDriver = {
  ...inert,
  name: 'null',
  needs: { sandbox: 'own', interface: false },
  validate: refuseSecond('null'),
};
