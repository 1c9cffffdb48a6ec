import type { PortBinding, PortMap } from '@berth/engine-api';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import { isExact, type PortBindingRange, type PublishRecord } from '../ports/port-bindings.ts';
import type { ContainerPortRange } from '../ports/port-spec.ts';
import { membersOf, textOf } from './plugin-values.ts';

const exposedPortsKey = 'com.docker.network.endpoint.exposedports';
const portMapKey = 'com.docker.network.portmap';

/** Numbers of protocols (IANA), as plug-ins are given them. */
const protocolNumbers = { tcp: 6, udp: 17, sctp: 132 } as const;

/** The ports of a container as the options of a plug-in call: exposed ones, and those to be published. */
export function connectivityOptions({
  exposed,
  bindings,
}: PublishRecord): Readonly<Record<string, unknown>> {
  return {
    [exposedPortsKey]: uniqueByPort([...exposed, ...bindings]),
    [portMapKey]: bindings.flatMap(portMappings),
  };
}

/** The ports of a plug-in's answer to EndpointOperInfo; what is no port is left out. */
export function readPublishedPorts(value: unknown): PortMap {
  const list = membersOf(value)[portMapKey];
  const ports: Record<string, PortBinding[]> = {};
  for (const item of Array.isArray(list) ? list : []) {
    const { Proto, Port, HostIP, HostPort } = membersOf(item);
    const [protocol] = Object.entries(protocolNumbers).find(([, code]) => code === Proto) ?? [];
    if (protocol === undefined || !isPort(Port) || !isPort(HostPort)) continue;
    const key = `${Port}/${protocol}`;
    const HostIp = canonicalIpAddress(textOf(HostIP)) ?? '';
    ports[key] = [...(ports[key] ?? []), { HostIp, HostPort: String(HostPort) }];
  }
  return ports;
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 0x1_0000;
}

function uniqueByPort(ranges: readonly ContainerPortRange[]): object[] {
  const ports = new Map<string, object>();
  for (const { port, count, protocol } of ranges) {
    for (let next = port; next < port + count; next++) {
      ports.set(`${next}/${protocol}`, { Proto: protocolNumbers[protocol], Port: next });
    }
  }
  return [...ports.values()];
}

/** One for each port. HostPort 0: any. */
function portMappings(binding: PortBindingRange): object[] {
  const { port, count, protocol, hostIp, range } = binding;
  return Array.from({ length: count }, (_, index) => {
    const first = range === undefined ? 0 : range.first + (isExact(binding) ? index : 0);
    const last = isExact(binding) ? first : (range?.last ?? 0);
    return {
      ...{ Proto: protocolNumbers[protocol], IP: '', Port: port + index, HostIP: hostIp },
      ...{ HostPort: first, HostPortEnd: last },
    };
  });
}
