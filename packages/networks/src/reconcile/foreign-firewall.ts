import type { NetworkContext } from '../network-context.ts';

/** One entry of libnftables-json(5) as far as it is looked at. */
interface ListedChain {
  readonly family?: string;
  readonly table?: string;
  readonly name?: string;
  readonly hook?: string;
  readonly policy?: string;
}

/** Looks at the host's other tables anew. */
export async function refreshHostWarnings(context: NetworkContext): Promise<void> {
  context.hostWarnings.splice(0, Infinity, ...(await foreignFirewallWarnings(context)));
}

/**
 * A packet passes only when every table lets it: warns of others that drop what is forwarded unless it is
 * listed (the FORWARD policy of Docker's or ufw's iptables rules, firewalld zones).
 */
export async function foreignFirewallWarnings({
  kernel,
  config,
}: Pick<NetworkContext, 'kernel' | 'config'>): Promise<string[]> {
  if (!config.firewall) return [];
  const listed = await kernel.firewall.list('list chains').catch(() => ({ nftables: [] }));
  return chainsOf(listed)
    .filter(
      ({ hook, policy, table }) =>
        hook === 'forward' && policy === 'drop' && table !== config.firewallTable,
    )
    .map(
      ({ family = '', table = '', name = '' }) =>
        `WARNING: the firewall chain "${family} ${table} ${name}" drops forwarded packets: containers may be unreachable (see docs/networking.md)`,
    );
}

function chainsOf(listed: unknown): ListedChain[] {
  const { nftables = [] } = (listed ?? {}) as { nftables?: readonly { chain?: ListedChain }[] };
  return nftables.flatMap(({ chain }) => (chain === undefined ? [] : [chain]));
}
