import type { Database } from '@berth/state';
import type { AddressPool } from './choose-subnet.ts';

const prefixKey = 'networks.ula-prefix';

/**
 * The pool of IPv6 subnets of this installation: a unique local prefix (RFC 4193) that is chosen at random once
 * and kept, in subnets of /64.
 */
export function ulaPool(database: Database, ids: { next(): string }): AddressPool {
  let digits = database.getValue(prefixKey);
  if (digits === undefined) {
    digits = ids.next().slice(0, 10);
    database.setValue(prefixKey, digits);
  }
  const [a, b, c] = [`fd${digits.slice(0, 2)}`, digits.slice(2, 6), digits.slice(6, 10)];
  return { base: `${a}:${b}:${c}::/48`, size: 64 };
}
