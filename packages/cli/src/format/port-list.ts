import type { PortSummary } from '@berth/engine-api';

interface Group {
  readonly address: string;
  readonly protocol: string;
  first: number;
  last: number;
}

/** Ports in one line, neighbouring ones joined: `0.0.0.0:80-81->80-81/tcp, 9000/tcp`. */
export function portList(ports: readonly PortSummary[]): string {
  const done: string[] = [];
  const mapped: string[] = [];
  const groups = new Map<string, Group>();
  for (const port of [...ports].sort(comparePorts)) {
    const address = port.IP ?? '';
    const inner = port.PrivatePort ?? 0;
    const protocol = port.Type ?? '';
    if (address !== '' && port.PublicPort !== inner) {
      mapped.push(`${joined(address, String(port.PublicPort ?? 0))}->${inner}/${protocol}`);
      continue;
    }
    const key = `${address}/${protocol}`;
    const group = groups.get(key);
    if (group !== undefined && inner === group.last + 1) {
      group.last = inner;
      continue;
    }
    if (group !== undefined) done.push(groupText(group));
    groups.set(key, { address, protocol, first: inner, last: inner });
  }
  return [...done, ...[...groups.values()].map(groupText), ...mapped].join(', ');
}

function comparePorts(a: PortSummary, b: PortSummary): number {
  const text = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
  return (
    (a.PrivatePort ?? 0) - (b.PrivatePort ?? 0) ||
    text(a.IP ?? '', b.IP ?? '') ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    text(a.Type ?? '', b.Type ?? '')
  );
}

function groupText({ address, protocol, first, last }: Group): string {
  const range = first === last ? String(first) : `${first}-${last}`;
  return `${address === '' ? '' : `${joined(address, range)}->`}${range}/${protocol}`;
}

/** An address and a port; IPv6 stands in brackets. */
export function joined(address: string, port: string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
