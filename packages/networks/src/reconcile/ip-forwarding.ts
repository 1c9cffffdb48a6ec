import { errnoOf } from '@berth/errors';
import type { NetworkContext } from '../network-context.ts';

const forwarding = 'net.ipv4.ip_forward';
/** Remembers in which boot of the machine we switched forwarding on. */
const enabledKey = 'networks.ip-forward-enabled';

/** Containers reach other machines only through a host that forwards. Idempotent. */
export function enableForwarding({ kernel, config, store, reportError }: NetworkContext): void {
  if (!config.ipForward || kernel.host.sysctl(forwarding) !== '0') return;
  try {
    kernel.host.setSysctl(forwarding, '1');
    store.database.setValue(enabledKey, kernel.host.bootId);
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
    reportError(error, 'switching on IPv4 forwarding');
  }
}

/**
 * A host that did not forward before must not become a router for its neighbours: when it was us who
 * switched forwarding on, only packets of containers are forwarded. Docker does the same with the policy
 * of its FORWARD chain.
 */
export function forwardPolicy({ kernel, config, store }: NetworkContext): 'accept' | 'drop' {
  const ours = store.database.getValue(enabledKey) === kernel.host.bootId;
  return ours && config.ipForward && !config.ipForwardNoDrop ? 'drop' : 'accept';
}

export function forwardingWarnings({ kernel }: NetworkContext): string[] {
  return kernel.host.sysctl(forwarding) === '0' ? ['WARNING: IPv4 forwarding is disabled'] : [];
}
