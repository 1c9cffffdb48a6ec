import type { NetworkContext } from './network-context.ts';

/** What `host-gateway` means: the configured addresses, or the default bridge's own. */
export function hostGatewayAddresses({ config, store }: NetworkContext): readonly string[] {
  if (config.hostGatewayAddresses.length > 0) return config.hostGatewayAddresses;
  const gateway = store.networkByName('bridge')?.subnets[0]?.gateway;
  return gateway === undefined ? [] : [gateway];
}
