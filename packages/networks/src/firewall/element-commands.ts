import type { FirewallElements, PublishedPort } from './firewall-state.ts';

/** nft commands that add or delete elements of the table `name`. Empty when there are none. */
export function elementCommands(
  name: string,
  action: 'add' | 'delete',
  { ports, isolated }: FirewallElements,
): string {
  const element = (family: string, set: string, items: readonly string[]) =>
    items.length === 0
      ? ''
      : `${action} element ${family} ${name} ${set} { ${items.join(', ')} }\n`;
  const wildcard = ports.filter((port) => port.hostAddress === '0.0.0.0');
  const specific = ports.filter((port) => port.hostAddress !== '0.0.0.0');
  return [
    element('inet', 'ports', wildcard.map(portElement)),
    element(
      'inet',
      'host_ports',
      specific.map((port) => `${port.hostAddress} . ${portElement(port)}`),
    ),
    element(
      'bridge',
      'isolated',
      isolated.map((name) => `"${name}"`),
    ),
  ].join('');
}

function portElement(port: PublishedPort): string {
  const { protocol, hostPort, address, containerPort } = port;
  return `${protocol} . ${hostPort} : ${address} . ${containerPort}`;
}
