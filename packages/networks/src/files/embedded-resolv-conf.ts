import { resolverAddress, showUpstream, type UpstreamServer } from '@berth/dns';
import { isLoopback, parseIpAddress } from '../ip/ip-address.ts';
import { type DnsSettings, overrideResolvConf, type ResolvConf } from './resolv-conf.ts';

/** Asked when neither the user nor the host names a server. */
const publicServers4 = ['8.8.8.8', '8.8.4.4'];
const publicServers6 = ['2001:4860:4860::8888', '2001:4860:4860::8844'];

export interface EmbeddedResolvConf {
  /** What the container's file says. */
  readonly conf: ResolvConf;
  /** Whom the embedded resolver asks. */
  readonly servers: readonly UpstreamServer[];
  /** `ndots` was set above 0 by the user or the host. */
  readonly completesWords: boolean;
}

/**
 * resolv.conf of a container that asks the embedded resolver, by Docker's rules: the servers of the host or
 * of the user become the resolver's own; `ndots:0` unless something else was said. Servers of the host that
 * the container cannot reach (loopback, IPv6 without IPv6, with a zone) are asked from the host; those that
 * the user named are always asked from the container.
 */
export function embeddedResolvConf(
  host: ResolvConf,
  own: DnsSettings,
  options: { readonly ipv6: boolean },
): EmbeddedResolvConf {
  const merged = overrideResolvConf(host, own);
  const overridden = own.nameservers.length > 0;
  const named = merged.nameservers
    .filter((text) => parseIpAddress(withoutZone(text)) !== undefined)
    .map((address) => ({ address, fromHost: !overridden && !isReachable(address, options) }));
  const servers = named.length > 0 ? named : publicServers(options);
  const ndots = validNdots(merged.options);
  const others = merged.options.filter((option) => !isNdots(option));
  const kept = merged.options.filter((option) => !isNdots(option) || ndots !== undefined);
  return {
    conf: {
      nameservers: [resolverAddress],
      search: merged.search,
      options: ndots === undefined ? [...others, 'ndots:0'] : kept,
      comments: comments(servers, named.length === 0, own, ndots),
    },
    servers,
    completesWords: ndots !== undefined && ndots > 0,
  };
}

function isReachable(text: string, { ipv6 }: { readonly ipv6: boolean }): boolean {
  const address = parseIpAddress(withoutZone(text));
  if (address === undefined || isLoopback(address) || text.includes('%')) return false;
  return address.family === 4 || ipv6;
}

function publicServers({ ipv6 }: { readonly ipv6: boolean }): UpstreamServer[] {
  const addresses = ipv6 ? [...publicServers4, ...publicServers6] : publicServers4;
  return addresses.map((address) => ({ address, fromHost: false }));
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

function isNdots(option: string): boolean {
  return option === 'ndots' || option.startsWith('ndots:');
}

/** The last valid one counts. */
function validNdots(options: readonly string[]): number | undefined {
  const values = options.map((option) => /^ndots:(\d+)$/.exec(option)?.[1]);
  const last = values.findLast((value) => value !== undefined);
  return last === undefined ? undefined : Number(last);
}

/** Docker's words, which people and tools look for. */
function comments(
  servers: readonly UpstreamServer[],
  usesPublic: boolean,
  own: DnsSettings,
  ndots: number | undefined,
): string[] {
  const overrides = [
    own.nameservers.length > 0 ? 'nameservers' : '',
    own.search.length > 0 ? 'search' : '',
    own.options.length > 0 ? 'options' : '',
  ].filter((word) => word !== '');
  const userNdots = own.options.length > 0 ? 'override' : 'host';
  return [
    "Based on host file: '/etc/resolv.conf' (internal resolver)",
    ...(usesPublic ? ['Used default nameservers.'] : []),
    `ExtServers: [${servers.map(showUpstream).join(' ')}]`,
    `Overrides: [${overrides.join(' ')}]`,
    `Option ndots from: ${ndots === undefined ? 'internal' : userNdots}`,
  ];
}
