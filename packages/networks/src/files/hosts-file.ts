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
  const line = ({ address, names }: HostsEntry) => `${address}\t${names.replaceAll(/\s+/g, ' ')}\n`;
  return [...common, ...entries].map(line).join('');
}

/** The container's own names: the full name and, if it has a domain, the name alone. */
export function ownNames(hostname: string, domainname: string): string {
  const full = domainname === '' ? hostname : `${hostname}.${domainname}`;
  const dot = full.indexOf('.');
  return dot < 0 ? full : `${full} ${full.slice(0, dot)}`;
}
