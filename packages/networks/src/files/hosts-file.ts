export interface HostsEntry {
  readonly address: string;
  /** One name, or several with blanks between. */
  readonly names: string;
}

/** The lines that every container starts with, as Docker writes them. */
const common: readonly HostsEntry[] = [
  { address: '127.0.0.1', names: 'localhost' },
  { address: '::1', names: 'localhost ip6-localhost ip6-loopback' },
  { address: 'fe00::', names: 'ip6-localnet' },
  { address: 'ff00::', names: 'ip6-mcastprefix' },
  { address: 'ff02::1', names: 'ip6-allnodes' },
  { address: 'ff02::2', names: 'ip6-allrouters' },
];

/** Content of /etc/hosts (hosts(5)): the common lines, then `entries`. */
export function hostsFile(entries: readonly HostsEntry[]): string {
  return [...common, ...entries].map(lineOf).join('');
}

function lineOf({ address, names }: HostsEntry): string {
  return `${address}\t${names.replaceAll(/\s+/g, ' ')}\n`;
}

/** `content` without the lines of the addresses `removed`, and with those of `added` that it has not. */
export function withHosts(
  content: string,
  change: { readonly added: readonly HostsEntry[]; readonly removed: readonly string[] },
): string {
  const lines = content.split(/(?<=\n)/);
  const kept = lines.filter((line) => !change.removed.includes(line.split(/\s/, 1)[0] ?? ''));
  const added = change.added.map(lineOf).filter((line) => !kept.includes(line));
  const last = kept.at(-1) ?? '';
  const gap = added.length > 0 && last !== '' && !last.endsWith('\n') ? '\n' : '';
  return kept.join('') + gap + added.join('');
}

/** The container's own names: the full name and, if it has a domain, the name alone. */
export function ownNames(hostname: string, domainname: string): string {
  const full = domainname === '' ? hostname : `${hostname}.${domainname}`;
  const dot = full.indexOf('.');
  return dot < 0 ? full : `${full} ${full.slice(0, dot)}`;
}
