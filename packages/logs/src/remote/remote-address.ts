import { isIPv6 } from 'node:net';

export type RemoteProtocol = 'udp' | 'tcp' | 'tcp+tls' | 'unix' | 'unixgram';

/** Where log entries are sent. */
export type RemoteAddress =
  | { readonly protocol: 'udp' | 'tcp' | 'tcp+tls'; readonly host: string; readonly port: number }
  | { readonly protocol: 'unix' | 'unixgram'; readonly path: string };

/**
 * Reads `protocol://host:port` or `unix:///path`, the value of an option; throws an Error that says what is wrong, in
 * Docker's words for a protocol that is not allowed.
 */
export function parseRemoteAddress(
  option: string,
  text: string,
  allowed: readonly RemoteProtocol[],
  defaultPort?: number,
): RemoteAddress {
  const [, protocol = '', rest = ''] = /^([a-z+]+):\/\/(.*)$/.exec(text) ?? [];
  if (!(allowed as readonly string[]).includes(protocol)) {
    throw new Error(`${option} should be in form proto://address, got ${text}`);
  }
  if (protocol === 'unix' || protocol === 'unixgram') {
    if (!rest.startsWith('/')) throw new Error(`the path of ${text} is not absolute`);
    return { protocol, path: rest };
  }
  const match = /^(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?$/.exec(rest);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (match === null || (match[1] !== undefined && !isIPv6(match[1]))) {
    throw new Error(`invalid address: ${text}`);
  }
  if (port === undefined || port < 1 || port > 65_535)
    throw new Error(`missing or invalid port in ${text}`);
  return { protocol: protocol as 'udp' | 'tcp' | 'tcp+tls', host, port };
}
