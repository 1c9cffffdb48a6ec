import { isLoopback, parseIpAddress } from '../ip/ip-address.ts';

/** resolv.conf(5), as far as containers are concerned. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What the user or the daemon's configuration says; an empty list says nothing. */
export interface DnsSettings {
  readonly nameservers: readonly string[];
  /** A single `.` means: no search domains at all. */
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** Name servers for containers of a host that names none which they could reach. */
const publicNameservers = ['8.8.8.8', '8.8.4.4'];

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && values[0] !== undefined) nameservers.push(values[0]);
    if (keyword === 'search' || keyword === 'domain') search = values;
    if (keyword === 'options') options.push(...values);
  }
  return { nameservers, search, options };
}

/** True when systemd-resolved's stub is the only name server: its real servers stand in another file. */
export function namesOnlyStub({ nameservers }: ResolvConf): boolean {
  return nameservers.length === 1 && nameservers[0] === '127.0.0.53';
}

/** The host's file with the given settings put in their place. */
export function overrideResolvConf(host: ResolvConf, own: DnsSettings): ResolvConf {
  const noSearch = own.search.length === 1 && own.search[0] === '.';
  const search = noSearch ? [] : own.search;
  return {
    nameservers: own.nameservers.length > 0 ? own.nameservers : host.nameservers,
    search: own.search.length > 0 ? search : host.search,
    options: own.options.length > 0 ? own.options : host.options,
  };
}

/**
 * For a container with a network namespace of its own: the host's loopback servers are out of its reach,
 * and so are IPv6 ones without IPv6. `usesPublic` tells that none was left and public ones stand in.
 */
export function reachableResolvConf(
  conf: ResolvConf,
  options: { readonly ipv6: boolean },
): { readonly conf: ResolvConf; readonly usesPublic: boolean } {
  const reachable = conf.nameservers.filter((text) => {
    const address = parseIpAddress(text.replace(/%.*$/, ''));
    return address !== undefined && !isLoopback(address) && (address.family === 4 || options.ipv6);
  });
  const usesPublic = reachable.length === 0;
  return { conf: { ...conf, nameservers: usesPublic ? publicNameservers : reachable }, usesPublic };
}

export function formatResolvConf({ nameservers, search, options }: ResolvConf): string {
  const words = (items: readonly string[]) => items.join(' ').replaceAll(/\s+/g, ' ');
  return [
    '# Written by Berth when the container was started.\n',
    ...nameservers.map((address) => `nameserver ${address}\n`),
    search.length > 0 ? `search ${words(search)}\n` : '',
    options.length > 0 ? `options ${words(options)}\n` : '',
  ].join('');
}
