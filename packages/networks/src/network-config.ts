import { type AddressPool, defaultAddressPools } from './ipam/choose-subnet.ts';

/** Daemon-wide network settings: dockerd's flags of the same names. */
export interface NetworkConfig {
  /** Name of the default bridge; `none` for no default bridge. Absent: `docker0`, made and owned by us. */
  readonly bridge?: string;
  /** `--bip`: address of the default bridge, `172.17.0.1/16`. */
  readonly bridgeAddress?: string;
  /** `--fixed-cidr`: part of the bridge's subnet that containers get addresses from. */
  readonly fixedCidr?: string;
  /** `--default-gateway`: the route that containers get instead of the bridge's address. */
  readonly defaultGateway?: string;
  readonly mtu: number;
  readonly icc: boolean;
  readonly ipMasquerade: boolean;
  readonly ipForward: boolean;
  /** `--ip-forward-no-drop`: leave other forwarding alone even when we switched it on. */
  readonly ipForwardNoDrop: boolean;
  /** `--iptables`: whether we write firewall rules at all. */
  readonly firewall: boolean;
  /**
   * `redirect`: the firewall leads clients of published ports to containers, past the host's own input rules.
   * `respect`: they are clients of the daemon, which relays, so that the host's input rules decide.
   */
  readonly publishMode: 'redirect' | 'respect';
  /** `--ip`: where ports are published that name no host address; `0.0.0.0` means every address, `::` too. */
  readonly defaultHostAddress: string;
  /** `--userland-proxy`: relay IPv6 clients to containers that have IPv4 only. */
  readonly ipv6Relay: boolean;
  /** `--host-gateway-ip`; empty: the default bridge's address. */
  readonly hostGatewayAddresses: readonly string[];
  readonly addressPools: readonly AddressPool[];
  /** Name of our nftables table. Two engines in one network namespace need different ones. */
  readonly firewallTable: string;
}

export const defaultNetworkConfig: NetworkConfig = {
  mtu: 1500,
  icc: true,
  ipMasquerade: true,
  ipForward: true,
  ipForwardNoDrop: false,
  firewall: true,
  publishMode: 'redirect',
  defaultHostAddress: '0.0.0.0',
  ipv6Relay: true,
  hostGatewayAddresses: [],
  addressPools: defaultAddressPools,
  firewallTable: 'berth',
};
