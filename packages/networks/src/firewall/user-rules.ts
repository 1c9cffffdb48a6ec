import type { Firewall } from '@berth/kernel';
import { userChain } from './ruleset.ts';

/**
 * The rules in the administrator's chain as nft(8) takes them again; undefined when there is no such chain
 * or it cannot be read.
 */
export async function readUserRules(
  firewall: Firewall,
  table: string,
): Promise<readonly string[] | undefined> {
  try {
    return rulesOf(await firewall.print(`list chain inet ${table} ${userChain}`));
  } catch {
    return undefined;
  }
}

/** The lines between `chain BERTH-USER {` and its end. */
export function rulesOf(listing: string): readonly string[] | undefined {
  const lines = listing.split('\n').map((line) => line.trim());
  const start = lines.indexOf(`chain ${userChain} {`);
  if (start < 0) return undefined;
  const end = lines.indexOf('}', start);
  return lines.slice(start + 1, end).filter((line) => line !== '');
}
