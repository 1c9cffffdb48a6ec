import type { EndpointSettings, PortBinding } from '@berth/engine-api';
import { sandboxFilePaths } from '../files/sandbox-files.ts';
import type { Attachment } from '../model/attachment.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { isRoutedLease, type PortLease } from '../model/port-lease.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { SandboxState } from '../network-service.ts';
import { endpointNames } from '../resolver/endpoint-names.ts';

/** The records of one sandbox as callers see them. */
export function sandboxState(
  record: SandboxRecord,
  attachments: readonly Attachment[],
  ports: readonly PortLease[],
): SandboxState {
  let shown: SandboxState['ports'] | undefined;
  return {
    sandboxId: record.id,
    ...(record.namespacePath === undefined ? {} : { namespacePath: record.namespacePath }),
    endpoints: Object.fromEntries(
      attachments.map(({ network, endpoint }) => [
        network.name,
        endpointSettings(endpoint, endpointNames(network, endpoint, record)),
      ]),
    ),
    // There may be thousands, and mostly nobody asks.
    get ports() {
      const ofPlugins = attachments.map(({ endpoint }) => endpoint.pluginPorts ?? {});
      shown ??= Object.assign(portMap(record.exposed, ports), ...ofPlugins);
      return shown ?? {};
    },
    ...sandboxFilePaths(record.filesDirectory),
  };
}

function endpointSettings(endpoint: EndpointRecord, names: readonly string[]): EndpointSettings {
  const [address4 = '', length4 = '0'] = endpoint.ipv4?.split('/') ?? [];
  const [address6 = '', length6 = '0'] = endpoint.ipv6?.split('/') ?? [];
  return {
    ...endpoint.settings,
    MacAddress: endpoint.mac ?? '',
    NetworkID: endpoint.networkId,
    EndpointID: endpoint.id,
    Gateway: endpoint.gateway4 ?? '',
    IPAddress: address4,
    IPPrefixLen: Number(length4),
    IPv6Gateway: endpoint.gateway6 ?? '',
    GlobalIPv6Address: address6,
    GlobalIPv6PrefixLen: Number(length6),
    DNSNames: names.length > 0 ? names : null,
  };
}

/** Published ports with their bindings, exposed ones with null. */
function portMap(
  exposed: readonly string[],
  leases: readonly PortLease[],
): Record<string, PortBinding[] | null> {
  const ports: Record<string, PortBinding[] | null> = {};
  for (const port of exposed) ports[port] = null;
  for (const lease of leases) {
    const { protocol, hostAddress: HostIp } = lease;
    for (let place = 0; place < lease.count; place++) {
      const HostPort = isRoutedLease(lease) ? '' : String(lease.hostPort + place);
      const key = `${lease.containerPort + place}/${protocol}`;
      const bindings = ports[key];
      if (bindings) bindings.push({ HostIp, HostPort });
      else ports[key] = [{ HostIp, HostPort }];
    }
  }
  return ports;
}
