import type { PortMap } from '@berth/engine-api';
import {
  type ContainerPort,
  type ContainerPortRange,
  containerPortNumber,
  type HostPortRange,
  parseContainerPort,
  parseHostPort,
} from './port-spec.ts';

/** Bindings as the user asked for them, neighbours together. */
export interface PortBindingRange extends ContainerPortRange {
  /** As given; empty for the daemon's default. */
  readonly hostIp: string;
  /**
   * One port: where to choose from; absent: from the ephemeral range. Several: exactly these, in the same order.
   */
  readonly range?: HostPortRange;
}

/** What a container publishes wherever its default gateway is. */
export interface PublishRecord {
  readonly bindings: readonly PortBindingRange[];
  /** Exposed ports, those with empty bindings among them, without those that are bound. */
  readonly exposed: readonly ContainerPortRange[];
  readonly publishAllPorts: boolean;
}

/** Exposed ports, bindings and -P, in the words of the API. */
export interface PublishSettings {
  readonly exposedPorts: readonly string[];
  readonly portBindings: PortMap;
  readonly publishAllPorts: boolean;
}

/** Reads ports as they were asked for. Fails with networks.invalid-port or invalid-protocol. */
export function readPublishing(settings: PublishSettings): PublishRecord {
  const bindings: Growing<PortBindingRange>[] = [];
  const exposed: Growing<ContainerPortRange>[] = [];
  const bound = new Set<number>();
  const unbound: ContainerPort[] = [];
  /** The last range of each host address. */
  const open = new Map<string, Growing<PortBindingRange>>();
  // There may be thousands of keys, and a pair for each would cost more than all the rest.
  for (const key of Object.keys(settings.portBindings)) {
    const list = settings.portBindings[key] ?? [];
    const port = parseContainerPort(key);
    if (list.length === 0) unbound.push(port);
    else bound.add(containerPortNumber(port));
    for (const { HostIp: hostIp = '', HostPort = '' } of list) {
      const range = parseHostPort(HostPort);
      const before = open.get(hostIp);
      if (before !== undefined && continuesBinding(before, port, range)) {
        before.count += 1;
        before.range = { first: before.range?.first ?? 0, last: range?.last ?? 0 };
        continue;
      }
      const next = { ...port, count: 1, hostIp, ...(range === undefined ? {} : { range }) };
      bindings.push(next);
      open.set(hostIp, next);
    }
  }
  const expose = (port: ContainerPort) => {
    const number = containerPortNumber(port);
    if (bound.has(number)) return;
    bound.add(number);
    const before = exposed.at(-1);
    if (before?.protocol === port.protocol && port.port === before.port + before.count) {
      before.count += 1;
    } else {
      exposed.push({ ...port, count: 1 });
    }
  };
  for (const key of settings.exposedPorts) expose(parseContainerPort(key));
  for (const port of unbound) expose(port);
  return { bindings, exposed, publishAllPorts: settings.publishAllPorts };
}

type Growing<Item> = { -readonly [Name in keyof Item]: Item[Name] };

/** Whether a port goes on where a range of fixed ports ends, on both sides. */
function continuesBinding(
  before: PortBindingRange,
  { port, protocol }: ContainerPort,
  range: HostPortRange | undefined,
): boolean {
  return (
    isExact(before) &&
    range !== undefined &&
    range.first === range.last &&
    before.protocol === protocol &&
    port === before.port + before.count &&
    range.first === (before.range?.last ?? Number.NaN) + 1
  );
}

/** True when there is no choice of host ports. */
export function isExact({ count, range }: Pick<PortBindingRange, 'count' | 'range'>): boolean {
  return range !== undefined && range.last - range.first + 1 === count;
}
