import { errnoOf } from '@berth/errors';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';

/** The switch of each family, and where it is remembered in which boot of the machine we set it. */
const switches = {
  4: { sysctl: 'net.ipv4.ip_forward', enabledKey: 'networks.ip-forward-enabled' },
  6: { sysctl: 'net.ipv6.conf.all.forwarding', enabledKey: 'networks.ip6-forward-enabled' },
} as const;

/**
 * Containers reach other machines only through a host that forwards: IPv4 always, IPv6 once there is a network
 * with it. True when a switch was set, so that the firewall's policy is another one now. Idempotent.
 */
export function enableForwarding(
  context: NetworkContext,
  networks: readonly Pick<NetworkRecord, 'enableIpv6'>[],
): boolean {
  const ipv4 = enable(context, 4);
  return (networks.some(({ enableIpv6 }) => enableIpv6) && enable(context, 6)) || ipv4;
}

function enable({ kernel, config, store, reportError }: NetworkContext, family: 4 | 6): boolean {
  const { sysctl, enabledKey } = switches[family];
  if (!config.ipForward || kernel.host.sysctl(sysctl) !== '0') return false;
  try {
    kernel.host.setSysctl(sysctl, '1');
    store.database.setValue(enabledKey, kernel.host.bootId);
    return true;
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
    reportError(error, `switching on IPv${family} forwarding`);
    return false;
  }
}

/**
 * A host that did not forward before must not become a router for its neighbours: when it was us who
 * switched forwarding on, only packets of containers are forwarded. Docker does the same with the policy
 * of its FORWARD chain.
 */
export function forwardPolicy(
  { kernel, config, store }: NetworkContext,
  family: 4 | 6 = 4,
): 'accept' | 'drop' {
  const ours = store.database.getValue(switches[family].enabledKey) === kernel.host.bootId;
  return ours && config.ipForward && !config.ipForwardNoDrop ? 'drop' : 'accept';
}

/** The switches that we turned on in this boot of the machine. */
export function enabledForwarding({
  kernel,
  store,
}: Pick<NetworkContext, 'kernel' | 'store'>): string[] {
  return Object.values(switches).flatMap(({ sysctl, enabledKey }) =>
    store.database.getValue(enabledKey) === kernel.host.bootId ? [sysctl] : [],
  );
}

export function forwardingWarnings({ kernel }: NetworkContext): string[] {
  return kernel.host.sysctl(switches[4].sysctl) === '0'
    ? ['WARNING: IPv4 forwarding is disabled']
    : [];
}
