import type { PluginMembers } from '@berth/plugins';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import { formatPrefix, parseInterfaceAddress, parsePrefix } from '../ip/ip-prefix.ts';
import type { StaticRoute } from '../model/endpoint-record.ts';
import { interfaceNameFault } from '../model/network-options.ts';
import { parseMacAddress } from '../validate/mac-address.ts';
import { type AnswerSource, badAnswer, membersOf, textOf } from './plugin-values.ts';

/** What a plug-in made of an endpoint, read from its answer to CreateEndpoint. */
export interface CreatedEndpoint {
  readonly mac?: string;
  /** CIDR notation; only of addresses that no IPAM gave. */
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** How a sandbox is to be joined to an endpoint, read from the answer to Join. */
export interface JoinReply {
  /** The link of the host that goes into the sandbox. */
  readonly hostInterface: string;
  /** Its name there; absent: the prefix with a number. */
  readonly name?: string;
  readonly prefix?: string;
  readonly gateway4?: string;
  readonly gateway6?: string;
  /** The default route leads to the interface itself. */
  readonly deviceRoute?: boolean;
  readonly routes: readonly StaticRoute[];
}

/** More than any network needs; each is a request to the kernel. */
const mostRoutes = 1000;
const connectedRoute = 1;

/** `given` is what was in the request: a plug-in adds what is missing and changes nothing. */
export function readCreatedEndpoint(
  source: AnswerSource,
  answer: PluginMembers,
  given: CreatedEndpoint,
): CreatedEndpoint {
  const { MacAddress, Address, AddressIPv6 } = membersOf(answer.Interface);
  const [mac, ipv4, ipv6] = [textOf(MacAddress), textOf(Address), textOf(AddressIPv6)];
  for (const [was, is] of [
    [given.ipv4, ipv4],
    [given.ipv6, ipv6],
  ] as const) {
    if (is !== '' && was !== undefined && was !== is) {
      throw badAnswer(source, `it changed the address ${was} to ${is.slice(0, 50)}`);
    }
  }
  return {
    ...(mac === '' ? {} : { mac: parseMacAddress(mac) }),
    ...(ipv4 === '' ? {} : { ipv4: address(source, ipv4, 4) }),
    ...(ipv6 === '' ? {} : { ipv6: address(source, ipv6, 6) }),
  };
}

export function readJoinReply(source: AnswerSource, answer: PluginMembers): JoinReply {
  const { SrcName, DstName, DstPrefix } = membersOf(answer.InterfaceName);
  const [name, prefix] = [textOf(DstName), textOf(DstPrefix)];
  const hostInterface = textOf(SrcName);
  if (hostInterface === '') throw badAnswer(source, 'it gave no interface (InterfaceName.SrcName)');
  for (const word of [hostInterface, name, `${prefix}0`]) {
    const fault = interfaceNameFault(word);
    if (word !== '' && fault !== undefined) {
      throw badAnswer(
        source,
        `it gave the interface name ${JSON.stringify(word.slice(0, 50))}: ${fault}`,
      );
    }
  }
  const routes = readRoutes(source, answer.StaticRoutes);
  return {
    hostInterface,
    ...(name === '' ? {} : { name }),
    ...(prefix === '' ? {} : { prefix }),
    ...defaultsOf(routes),
    ...gateway(source, 'gateway4', answer.Gateway),
    ...gateway(source, 'gateway6', answer.GatewayIPv6),
    routes: routes.filter(({ destination }) => !isDefault(destination)),
  };
}

function isDefault(destination: string): boolean {
  return destination === '0.0.0.0/0' || destination === '::/0';
}

/** Static routes to everywhere: which network has the default route is decided with those of all networks. */
function defaultsOf(routes: readonly StaticRoute[]): Partial<JoinReply> {
  const found = routes.filter(({ destination }) => isDefault(destination));
  return Object.assign(
    {},
    ...found.map(({ destination, gateway: hop }) => {
      if (hop === undefined) return { deviceRoute: true };
      return destination.includes(':') ? { gateway6: hop } : { gateway4: hop };
    }),
  );
}

/** RouteType 0 has a next hop, 1 is on the link. */
function readRoutes(source: AnswerSource, value: unknown): StaticRoute[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badAnswer(source, 'its StaticRoutes are no list');
  if (value.length > mostRoutes) {
    throw badAnswer(source, `it gave ${value.length} static routes; the most are ${mostRoutes}`);
  }
  return value.map((item) => {
    const { Destination, RouteType, NextHop } = membersOf(item);
    const prefix = parsePrefix(textOf(Destination));
    const hop = canonicalIpAddress(textOf(NextHop));
    const bad = prefix === undefined || (RouteType !== connectedRoute && hop === undefined);
    if (bad) throw badAnswer(source, `it gave the route ${JSON.stringify(item).slice(0, 200)}`);
    const destination = formatPrefix(prefix);
    return RouteType === connectedRoute || hop === undefined
      ? { destination }
      : { destination, gateway: hop };
  });
}

function gateway(
  source: AnswerSource,
  name: 'gateway4' | 'gateway6',
  value: unknown,
): Partial<JoinReply> {
  const text = textOf(value);
  if (text === '') return {};
  const parsed = canonicalIpAddress(text);
  if (parsed !== undefined && parsed.includes(':') === (name === 'gateway6')) {
    return { [name]: parsed };
  }
  throw badAnswer(source, `it gave the gateway "${text.slice(0, 50)}", which is no address`);
}

function address(source: AnswerSource, text: string, family: 4 | 6): string {
  const parsed = parseInterfaceAddress(text);
  if (parsed?.prefix.family === family) return text;
  throw badAnswer(source, `it gave the IPv${family} address "${text.slice(0, 50)}"`);
}
