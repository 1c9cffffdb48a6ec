import type { Firewall } from '@berth/kernel';
import { type ListedChains, type ListedRule, type WalkedPacket, walkChain } from './rule-walk.ts';

/** A base chain of another table. */
export interface ForeignChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly policy: string;
}

/** What another table does to a packet, when it does not simply let it pass. */
export interface Obstacle {
  readonly chain: ForeignChain;
  /** What drops it: a rule as nft(8) writes it, with its chain, or the policy. */
  readonly cause: string;
  /** Rules before it that might let the packet pass after all. */
  readonly unclear: number;
}

interface Listing {
  readonly nftables?: readonly {
    readonly chain?: ForeignChain & { readonly hook?: string };
    readonly rule?: ListedRule & { readonly chain: string };
  }[];
}

/** Base chains of other tables that see packets of the hook and of the family. */
export async function foreignChains(
  firewall: Firewall,
  ownTable: string,
  hook: 'forward' | 'input',
  family: 4 | 6,
): Promise<ForeignChain[]> {
  const listed = (await firewall.list('list chains')) as Listing;
  const families = ['inet', family === 4 ? 'ip' : 'ip6'];
  return (listed.nftables ?? []).flatMap(({ chain }) =>
    chain?.hook === hook && chain.table !== ownTable && families.includes(chain.family)
      ? [chain]
      : [],
  );
}

/** Follows the packet through the chain. Undefined when it is let through. */
export async function findObstacle(
  firewall: Firewall,
  chain: ForeignChain,
  packet: WalkedPacket,
): Promise<Obstacle | undefined> {
  const { family, table, name, policy } = chain;
  const listed = (await firewall.list(`list table ${family} ${table}`)) as Listing;
  const { verdict, unclear } = walkChain(chainsOf(listed), name, packet);
  if (verdict.kind === 'dropped') {
    const text = await ruleText(firewall, chain, verdict.chain, verdict.rule);
    return { chain, cause: `the rule "${text}" of the chain ${verdict.chain}`, unclear };
  }
  if (verdict.kind === 'accepted' || policy !== 'drop') return undefined;
  return { chain, cause: 'its policy "drop"', unclear };
}

function chainsOf({ nftables = [] }: Listing): ListedChains {
  const chains = new Map<string, ListedRule[]>();
  for (const { rule } of nftables) {
    if (rule !== undefined) chains.set(rule.chain, [...(chains.get(rule.chain) ?? []), rule]);
  }
  return chains;
}

/** The n-th rule of a chain as nft(8) writes it. */
async function ruleText(
  firewall: Firewall,
  { family, table }: ForeignChain,
  chain: string,
  rule: number,
): Promise<string> {
  const printed = await firewall.print(`list chain ${family} ${table} ${chain}`);
  const lines = printed
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('\t\t') && !line.trimStart().startsWith('type '));
  return lines[rule]?.trim() ?? `number ${rule + 1}`;
}
