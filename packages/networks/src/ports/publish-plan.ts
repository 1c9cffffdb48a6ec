import { engineError } from '@berth/errors';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import { isExact, type PublishRecord } from './port-bindings.ts';
import { type ContainerPort, formatContainerPort, type HostPortRange } from './port-spec.ts';

/**
 * Ports to publish: `count` of them from `port` on. The same host ports are taken on every one of `hostAddresses`.
 */
export interface PublishRequest extends ContainerPort {
  readonly count: number;
  readonly hostAddresses: readonly HostAddress[];
  /**
   * One port: where to choose from; absent: from the ephemeral range. Several: exactly these, in the same order.
   */
  readonly range?: HostPortRange;
}

export interface HostAddress {
  readonly address: string;
  /** Left out, without an error, on a host that lacks this address family. */
  readonly optional: boolean;
}

export interface PublishPlan {
  readonly publish: readonly PublishRequest[];
  /** Exposed ports that are not published, `80/tcp`. */
  readonly exposed: readonly string[];
}

export interface PublishOptions extends PublishRecord {
  /** Where bindings without a host address are published. */
  readonly defaultHostAddress: string;
  /** Whether the container can be reached by IPv4. */
  readonly ipv4: boolean;
  /** How IPv6 clients are served: at the container's IPv6 address, by relaying to its IPv4 one, or not. */
  readonly ipv6: 'native' | 'relay' | 'none';
}

const wildcards: readonly HostAddress[] = [
  { address: '0.0.0.0', optional: false },
  { address: '::', optional: true },
];

/**
 * What is to be published. Ports with a fixed host port come first, so that random ones do not take it;
 * within both groups the order is that of the container ports. Fixed ports that follow each other on both sides are
 * one request.
 */
export function planPublishing(options: PublishOptions): PublishPlan {
  const publish: PublishRequest[] = [];
  const addresses = hostAddressCache(options);
  for (const { hostIp, ...binding } of options.bindings) {
    const hostAddresses = addresses(hostIp, binding);
    if (hostAddresses.length > 0) publish.push({ ...binding, hostAddresses });
  }
  const exposed: string[] = [];
  for (const { port: first, count, protocol } of options.exposed) {
    for (let port = first; port < first + count; port++) {
      if (!options.publishAllPorts) {
        exposed.push(formatContainerPort({ port, protocol }));
        continue;
      }
      const hostAddresses = addresses('', { port, protocol });
      if (hostAddresses.length > 0) publish.push({ port, protocol, count: 1, hostAddresses });
    }
  }
  return { publish: joinRequests(publish.sort(byUrgency)), exposed };
}

/** Fixed ports that go on where another request ends belong to it. */
function joinRequests(sorted: readonly PublishRequest[]): PublishRequest[] {
  const joined: PublishRequest[] = [];
  /** Where the last fixed request to the same addresses stands in `joined`. */
  const open = new Map<readonly HostAddress[], number>();
  for (const request of sorted) {
    const at = open.get(request.hostAddresses);
    const before = at === undefined ? undefined : joined[at];
    if (at !== undefined && before !== undefined && continues(before, request)) {
      const range = { first: before.range?.first ?? 0, last: request.range?.last ?? 0 };
      joined[at] = { ...before, count: before.count + request.count, range };
      continue;
    }
    if (isExact(request)) open.set(request.hostAddresses, joined.length);
    joined.push(request);
  }
  return joined;
}

/** Both are of one protocol, as the addresses of each are a list of its own. */
function continues(before: PublishRequest, request: PublishRequest): boolean {
  return (
    isExact(request) &&
    request.port === before.port + before.count &&
    request.range?.first === (before.range?.last ?? Number.NaN) + 1
  );
}

/** One answer for each address and protocol, the same list every time. */
function hostAddressCache(options: PublishOptions) {
  const known = new Map<string, readonly HostAddress[]>();
  return (asked: string, port: ContainerPort): readonly HostAddress[] => {
    const key = `${port.protocol} ${asked}`;
    const addresses = known.get(key) ?? hostAddressesOf(asked, port, options);
    known.set(key, addresses);
    return addresses;
  };
}

function hostAddressesOf(
  asked: string,
  { protocol }: ContainerPort,
  { defaultHostAddress, ipv4, ipv6 }: PublishOptions,
): readonly HostAddress[] {
  const serves6 = ipv6 === 'native' || (ipv6 === 'relay' && protocol !== 'sctp');
  const serves = (address: string) => (address.includes(':') ? serves6 : ipv4);
  if (asked === '' && defaultHostAddress === '0.0.0.0') {
    return wildcards.filter(({ address }) => serves(address));
  }
  const address = parseHostAddress(asked === '' ? defaultHostAddress : asked);
  // A container without a way out publishes nothing, and that is no error.
  if (!ipv4 && ipv6 === 'none') return [];
  if (!serves(address)) {
    if (asked === '') return serves6 ? wildcards.slice(1) : [];
    const code = address.includes(':') ? 'networks.ipv6-publish' : 'networks.ipv4-publish';
    throw engineError(code, { address, protocol });
  }
  return [{ address, optional: false }];
}

/** The HostIp of a binding, in canonical form; empty stays empty. */
export function parseHostAddress(text: string): string {
  if (text === '') return '';
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const address = canonicalIpAddress(bare);
  if (address === undefined) throw engineError('networks.invalid-address', { address: text });
  return address;
}

function byUrgency(a: PublishRequest, b: PublishRequest): number {
  const fixed = Number(b.range !== undefined) - Number(a.range !== undefined);
  return fixed || a.port - b.port || a.protocol.localeCompare(b.protocol);
}
