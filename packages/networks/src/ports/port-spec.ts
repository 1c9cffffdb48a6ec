import { engineError } from '@berth/errors';
import type { TransportProtocol } from '@berth/kernel';

export interface ContainerPort {
  readonly port: number;
  readonly protocol: TransportProtocol;
}

/** Ports of a container that follow each other. */
export interface ContainerPortRange extends ContainerPort {
  readonly count: number;
}

/** Host ports to choose from, both ends included. Absent: any of the ephemeral range. */
export interface HostPortRange {
  readonly first: number;
  readonly last: number;
}

const protocols: readonly TransportProtocol[] = ['tcp', 'udp', 'sctp'];
const highestPort = 65_535;

/** Reads `80`, `80/tcp`, `53/udp`: a key of ExposedPorts and PortBindings. */
export function parseContainerPort(key: string): ContainerPort {
  const slash = key.indexOf('/');
  const port = parsePort(key, 0, slash < 0 ? key.length : slash);
  const protocol = slash < 0 ? 'tcp' : key.slice(slash + 1);
  if (port === undefined || port === 0 || protocol.includes('/')) {
    throw engineError('networks.invalid-port', { port: key.split('/', 1)[0] ?? '' });
  }
  const known =
    protocols.find((name) => name === protocol) ??
    protocols.find((name) => name === protocol.toLowerCase());
  if (known === undefined) throw engineError('networks.invalid-protocol', { protocol });
  return { port, protocol: known };
}

/** Reads the HostPort of a binding: empty, `0`, `8080` or `8000-8010`. */
export function parseHostPort(text: string): HostPortRange | undefined {
  if (text === '') return undefined;
  const dash = text.indexOf('-');
  const first = parsePort(text, 0, dash < 0 ? text.length : dash);
  const last = dash < 0 ? first : parsePort(text, dash + 1, text.length);
  if (first === undefined || last === undefined || last < first) {
    throw engineError('networks.invalid-port', { port: text });
  }
  return last === 0 ? undefined : { first, last };
}

export function formatContainerPort({ port, protocol }: ContainerPort): string {
  return `${port}/${protocol}`;
}

/** A number of its own for each port of each protocol, for sets of thousands. */
export function containerPortNumber({ port, protocol }: ContainerPort): number {
  return port * protocols.length + protocols.indexOf(protocol);
}

/** One to five digits between two places of a text, up to 65535. There may be thousands of them. */
function parsePort(text: string, start: number, end: number): number | undefined {
  if (end - start < 1 || end - start > 5) return undefined;
  let port = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port <= highestPort ? port : undefined;
}
