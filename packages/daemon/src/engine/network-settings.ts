import { defaultNetworkConfig, type NetworkConfig } from '@berth/networks';
import type { DaemonConfig } from '../config/option-table.ts';
import { defined } from '../http/defined.ts';

/** What the configuration says about networks, in the terms of the networks package. */
export function networkSettings(config: DaemonConfig): NetworkConfig {
  const pools = config['default-address-pools'];
  return {
    ...defaultNetworkConfig,
    ...defined({
      bridge: unlessEmpty(config.bridge),
      bridgeAddress: unlessEmpty(config.bip),
      fixedCidr: unlessEmpty(config['fixed-cidr']),
      defaultGateway: unlessEmpty(config['default-gateway']),
    }),
    mtu: config.mtu,
    icc: config.icc,
    ipMasquerade: config['ip-masq'],
    ipForward: config['ip-forward'],
    ipForwardNoDrop: config['ip-forward-no-drop'],
    firewall: config.iptables,
    defaultHostAddress: config.ip,
    publishMode: config['publish-mode'] === 'respect' ? 'respect' : 'redirect',
    ipv6Relay: config['userland-proxy'],
    hostGatewayAddresses: config['host-gateway-ips'],
    ...(pools.length === 0 ? {} : { addressPools: pools }),
  };
}

function unlessEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
