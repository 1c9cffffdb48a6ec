import { engineError } from '@berth/errors';
import type { TransportProtocol } from '@berth/kernel';

export interface ContainerPort {
  readonly port: number;
  readonly protocol: TransportProtocol;
}

/** Host ports to choose from, both ends included. Absent: any of the ephemeral range. */
export interface HostPortRange {
  readonly first: number;
  readonly last: number;
}

const protocols: readonly string[] = ['tcp', 'udp', 'sctp'];
const highestPort = 65_535;

/** Reads `80`, `80/tcp`, `53/udp`: a key of ExposedPorts and PortBindings. */
export function parseContainerPort(key: string): ContainerPort {
  const [number = '', protocol = 'tcp', ...rest] = key.split('/');
  const port = parsePort(number);
  if (port === undefined || port === 0 || rest.length > 0) {
    throw engineError('networks.invalid-port', { port: number });
  }
  const name = protocol.toLowerCase();
  if (!protocols.includes(name)) throw engineError('networks.invalid-protocol', { protocol });
  return { port, protocol: name as TransportProtocol };
}

/** Reads the HostPort of a binding: empty, `0`, `8080` or `8000-8010`. */
export function parseHostPort(text: string): HostPortRange | undefined {
  if (text === '') return undefined;
  const [low = '', high = low, ...rest] = text.split('-');
  const first = parsePort(low);
  const last = parsePort(high);
  if (first === undefined || last === undefined || last < first || rest.length > 0) {
    throw engineError('networks.invalid-port', { port: text });
  }
  return last === 0 ? undefined : { first, last };
}

export function formatContainerPort({ port, protocol }: ContainerPort): string {
  return `${port}/${protocol}`;
}

function parsePort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= highestPort ? port : undefined;
}
