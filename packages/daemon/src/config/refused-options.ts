import type { OptionKey } from './option-table.ts';

const noContainerd = 'the engine runs containers without containerd';
const noSwarm = 'there is no clustering';
const noBuilder = 'there is no builder';
const laterIpv6 = 'the default bridge has no IPv6 yet; networks of your own have';
const noRealTime = 'real-time scheduling of cgroups is not set up';

/** Why an option of dockerd is refused: one reason for each that is marked `unsupported`. */
export const refusals: Partial<Readonly<Record<OptionKey, string>>> = {
  'allow-direct-routing': 'container addresses are reachable only through published ports',
  'allow-nondistributable-artifacts': 'foreign layers are never pushed',
  'api-cors-header':
    'browsers of other sites must not reach the API (dockerd 28 has no such option either)',
  bip6: laterIpv6,
  'bridge-accept-fwmark': 'marks of other rules are not looked at',
  builder: noBuilder,
  containerd: noContainerd,
  'containerd-namespace': noContainerd,
  'containerd-plugins-namespace': noContainerd,
  'cpu-rt-period': noRealTime,
  'cpu-rt-runtime': noRealTime,
  'cri-containerd': noContainerd,
  'default-gateway-v6': laterIpv6,
  'default-init': 'it is named by init-path',
  'default-network-opts': 'options are given to each network when it is made',
  experimental: 'there are no experimental features',
  'firewall-backend': 'the firewall is nftables always',
  'fixed-cidr-v6': laterIpv6,
  ip6tables:
    'one table holds the rules of IPv4 and IPv6: they are switched off together, by iptables',
  ipv6: laterIpv6,
  'min-api-version': 'every version from 1.24 on is answered',
  'network-control-plane-mtu': noSwarm,
  'network-diagnostic-port': noSwarm,
  'node-generic-resources': noSwarm,
  'resolv-conf': "the host's /etc/resolv.conf is read",
  rootless: 'the engine runs as root',
  'selinux-enabled': 'SELinux labels are not set',
  'swarm-default-advertise-addr': noSwarm,
  'userland-proxy-path': 'relays run inside the daemon',
};
