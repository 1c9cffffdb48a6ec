import type { Kernel } from '@berth/kernel';

/** The families whose bridged packets pass the IP firewall (br_netfilter), as the administrator has it now. */
export function filteredFamilies({ host }: Pick<Kernel, 'host'>): readonly (4 | 6)[] {
  const isOn = (name: string) => host.sysctl(`net.bridge.bridge-nf-call-${name}`) === '1';
  return [...(isOn('iptables') ? [4 as const] : []), ...(isOn('ip6tables') ? [6 as const] : [])];
}
