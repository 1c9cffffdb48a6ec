import type { RouteInfo } from '../links.ts';
import { familyOf, formatAddress, parseAddress, parsePrefix } from './ip-address.ts';
import type { Unnumbered } from './link-message.ts';
import { bytesAttribute, decodeAttributes, messageFlags, u32Attribute } from './message.ts';
import {
  family,
  messageType,
  routeAttribute,
  routeCloned,
  routeProtocol,
  routeScope,
  routeTable,
  routeType,
} from './rtnetlink.ts';

const routeHeaderLength = 12;

export interface RouteMessageOptions {
  readonly destination: string;
  readonly gateway?: string;
  readonly linkIndex?: number;
  readonly scope?: 'link' | 'global';
  /** Of a default route without a gateway; 4 when absent. */
  readonly family?: 4 | 6;
}

export function listRoutes(): Unnumbered {
  return {
    type: messageType.getRoute,
    flags: messageFlags.request | messageFlags.dump,
    header: Buffer.alloc(routeHeaderLength),
  };
}

/** A unicast route in the main table. Without a scope, one through a gateway is global, others link. */
export function addRoute(options: RouteMessageOptions): Unnumbered {
  const gateway = options.gateway === undefined ? undefined : parseAddress(options.gateway);
  const isDefault = options.destination === 'default';
  const prefix = isDefault ? undefined : parsePrefix(options.destination);
  const scope = options.scope ?? (gateway === undefined ? 'link' : 'global');
  const header = Buffer.alloc(routeHeaderLength);
  const asked = options.family === 6 ? family.ipv6 : family.ipv4;
  const fallback = gateway === undefined ? asked : familyOf(gateway);
  header.writeUInt8(prefix?.family ?? fallback, 0);
  header.writeUInt8(prefix?.length ?? 0, 1);
  header.writeUInt8(routeTable.main, 4);
  header.writeUInt8(routeProtocol.boot, 5);
  header.writeUInt8(routeScope[scope], 6);
  header.writeUInt8(routeType.unicast, 7);
  const attributes = [];
  if (prefix !== undefined)
    attributes.push(bytesAttribute(routeAttribute.destination, prefix.address));
  if (gateway !== undefined) attributes.push(bytesAttribute(routeAttribute.gateway, gateway));
  if (options.linkIndex !== undefined)
    attributes.push(u32Attribute(routeAttribute.outputLink, options.linkIndex));
  return {
    type: messageType.newRoute,
    flags: messageFlags.request | messageFlags.ack | messageFlags.create | messageFlags.exclusive,
    header,
    attributes,
  };
}

/** The route that `listRoutes` has shown. */
export function removeRoute(route: RouteInfo): Unnumbered {
  const isDefault = route.destination === 'default';
  const prefix = isDefault ? undefined : parsePrefix(route.destination);
  const header = Buffer.alloc(routeHeaderLength);
  header.writeUInt8(route.family === 4 ? family.ipv4 : family.ipv6, 0);
  header.writeUInt8(prefix?.length ?? 0, 1);
  header.writeUInt8(Math.min(route.table, 255), 4);
  header.writeUInt8(routeScope.nowhere, 6);
  const attributes = [u32Attribute(routeAttribute.table, route.table)];
  if (prefix !== undefined)
    attributes.push(bytesAttribute(routeAttribute.destination, prefix.address));
  if (route.gateway !== undefined)
    attributes.push(bytesAttribute(routeAttribute.gateway, parseAddress(route.gateway)));
  if (route.linkIndex !== undefined)
    attributes.push(u32Attribute(routeAttribute.outputLink, route.linkIndex));
  const flags = messageFlags.request | messageFlags.ack;
  return { type: messageType.deleteRoute, flags, header, attributes };
}

/** Of the table `local`, which names the host's own addresses: told from the header alone, as there are many. */
export function isLocalRoute(payload: Buffer): boolean {
  return payload.readUInt8(4) === routeTable.local;
}

/** The payload of RTM_NEWROUTE; undefined for what is no IP route. */
export function decodeRoute(payload: Buffer): RouteInfo | undefined {
  const routeFamily = payload.readUInt8(0);
  if (routeFamily !== family.ipv4 && routeFamily !== family.ipv6) return undefined;
  if ((payload.readUInt32LE(8) & routeCloned) !== 0) return undefined;
  const attributes = decodeAttributes(payload.subarray(routeHeaderLength));
  const length = payload.readUInt8(1);
  const hop = nextHop(attributes);
  const zero = Buffer.alloc(routeFamily === family.ipv4 ? 4 : 16);
  const destination = formatAddress(attributes.get(routeAttribute.destination) ?? zero);
  return {
    destination: length === 0 ? 'default' : `${destination}/${length}`,
    ...(hop.gateway === undefined ? {} : { gateway: formatAddress(hop.gateway) }),
    ...(hop.linkIndex === undefined ? {} : { linkIndex: hop.linkIndex }),
    table: attributes.get(routeAttribute.table)?.readUInt32LE() ?? payload.readUInt8(4),
    family: routeFamily === family.ipv4 ? 4 : 6,
  };
}

interface NextHop {
  readonly gateway: Buffer | undefined;
  readonly linkIndex: number | undefined;
}

/** The only next hop, or the first of a multipath route (struct rtnexthop). */
function nextHop(attributes: Map<number, Buffer>): NextHop {
  const multipath = attributes.get(routeAttribute.multipath);
  if (multipath !== undefined && multipath.length >= 8) {
    const end = Math.min(multipath.readUInt16LE(0), multipath.length);
    const inner = decodeAttributes(multipath.subarray(8, end));
    return { gateway: gatewayOf(inner), linkIndex: multipath.readInt32LE(4) };
  }
  return {
    gateway: gatewayOf(attributes),
    linkIndex: attributes.get(routeAttribute.outputLink)?.readUInt32LE(),
  };
}

/** RTA_VIA holds a gateway of the other family, after two bytes that name it. */
function gatewayOf(attributes: Map<number, Buffer>): Buffer | undefined {
  return attributes.get(routeAttribute.gateway) ?? attributes.get(routeAttribute.via)?.subarray(2);
}
