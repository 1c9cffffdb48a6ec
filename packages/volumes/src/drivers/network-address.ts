import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** File systems whose kernel part takes no names of hosts. */
const networkTypes = new Set(['nfs', 'nfs4', 'cifs']);

export type ResolveHost = (host: string) => Promise<string>;

/** An address of a host, by the resolver of this machine. */
export const resolveHost: ResolveHost = async (host) => (await lookup(host)).address;

/**
 * The option `o` with the address in place of a host's name in `addr=`, as mount.nfs(8) does it; unchanged for other
 * file systems. Fails as `resolve` does.
 */
export async function withResolvedAddress(
  options: Readonly<Record<string, string>>,
  resolve: ResolveHost,
): Promise<Readonly<Record<string, string>>> {
  if (!networkTypes.has(options['type'] ?? '')) return options;
  const words = (options['o'] ?? '').split(',');
  const index = words.findIndex((word) => word.startsWith('addr='));
  const host = words[index]?.slice('addr='.length) ?? '';
  if (host === '' || isIP(host) !== 0) return options;
  const resolved = words.with(index, `addr=${await resolve(host)}`);
  return { ...options, o: resolved.join(',') };
}
