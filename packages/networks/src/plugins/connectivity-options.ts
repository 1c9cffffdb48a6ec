import { isExact, type PortBindingRange, type PublishRecord } from '../ports/port-bindings.ts';
import type { ContainerPortRange } from '../ports/port-spec.ts';

/** Numbers of protocols (IANA), as plug-ins are given them. */
const protocolNumbers = { tcp: 6, udp: 17, sctp: 132 } as const;

/** The ports of a container as the options of a plug-in call: exposed ones, and those to be published. */
export function connectivityOptions({
  exposed,
  bindings,
}: PublishRecord): Readonly<Record<string, unknown>> {
  return {
    'com.docker.network.endpoint.exposedports': uniqueByPort([...exposed, ...bindings]),
    'com.docker.network.portmap': bindings.flatMap(portMappings),
  };
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
