import { engineError } from '@berth/errors';
import { parseInterfaceAddress } from '../ip/ip-prefix.ts';

/** A text of an answer; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An address or a subnet in CIDR notation. Fails with plugins.failed. */
export function cidrOf(plugin: string, method: string, value: unknown): string {
  const text = textOf(value);
  if (parseInterfaceAddress(text) !== undefined) return text;
  const reason = `it gave ${JSON.stringify(value)}, which is no address with a prefix length`;
  throw engineError('plugins.failed', { plugin, method, reason });
}
