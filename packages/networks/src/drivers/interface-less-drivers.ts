import type { NetworkDriver } from './network-driver.ts';

const inert = {
  prepare: () => undefined,
  dispose: () => Promise.resolve(),
  attach: () => undefined,
  repair: () => undefined,
  firewallNetwork: () => undefined,
  isolatesNeighbours: () => false,
};

/** The container uses the host's namespace. */
export const hostDriver: NetworkDriver = {
  ...inert,
  name: 'host',
  needs: { sandbox: 'host', interface: false },
};

/** A namespace with loopback and nothing else. */
export const nullDriver: NetworkDriver = {
  ...inert,
  name: 'null',
  needs: { sandbox: 'own', interface: false },
};
