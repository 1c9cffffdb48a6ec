import type { PortMap } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import {
  type ContainerPort,
  formatContainerPort,
  type HostPortRange,
  parseContainerPort,
  parseHostPort,
} from './port-spec.ts';

/** One port to publish: the same host port is taken on every one of `hostAddresses`. */
export interface PublishRequest extends ContainerPort {
  readonly hostAddresses: readonly HostAddress[];
  /** Absent: any port of the ephemeral range. */
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

export interface PublishOptions {
  readonly exposedPorts: readonly string[];
  readonly portBindings: PortMap;
  readonly publishAllPorts: boolean;
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
 * within both groups the order is that of the container ports.
 */
export function planPublishing(options: PublishOptions): PublishPlan {
  const { exposedPorts, portBindings, publishAllPorts } = options;
  const publish: PublishRequest[] = [];
  const published = new Set<string>();
  for (const [key, bindings] of Object.entries(portBindings)) {
    const port = parseContainerPort(key);
    const chosen = bindings ?? [];
    if (chosen.length > 0) published.add(formatContainerPort(port));
    for (const { HostIp = '', HostPort = '' } of chosen) {
      publish.push(publishRequest(port, HostIp, parseHostPort(HostPort), options));
    }
  }
  const exposed: string[] = [];
  for (const key of [...exposedPorts, ...Object.keys(portBindings)]) {
    const port = parseContainerPort(key);
    const name = formatContainerPort(port);
    if (published.has(name)) continue;
    published.add(name);
    if (publishAllPorts) publish.push(publishRequest(port, '', undefined, options));
    else exposed.push(name);
  }
  const served = publish.filter(({ hostAddresses }) => hostAddresses.length > 0);
  return { publish: served.sort(byUrgency), exposed };
}

function publishRequest(
  port: ContainerPort,
  hostAddress: string,
  range: HostPortRange | undefined,
  options: PublishOptions,
): PublishRequest {
  const hostAddresses = hostAddressesOf(hostAddress, port, options);
  return { ...port, hostAddresses, ...(range === undefined ? {} : { range }) };
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
