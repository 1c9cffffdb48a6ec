import type { ContainerCreateBody } from '@berth/containers';
import {
  type ContainerInspectResponse,
  type ContainerStatsResponse,
  type ContainerSummary,
  type HostConfig,
  isOlderApiVersion,
} from '@berth/engine-api';

/** Since 1.52 a container has no MAC address, its endpoints have. */
export function withoutContainerMac(
  version: string,
  body: ContainerCreateBody,
): ContainerCreateBody {
  if (isOlderApiVersion(version, '1.52')) return body;
  const { MacAddress: _, ...rest } = body;
  return rest;
}

/** Rules by block device were ignored before 1.55, KernelMemoryTCP is since 1.52. */
export function upgradeContainerUpdate(version: string, body: HostConfig): HostConfig {
  const former = [
    ...(isOlderApiVersion(version, '1.55') ? deviceRules : []),
    ...(isOlderApiVersion(version, '1.52') ? [] : ['KernelMemoryTCP']),
  ];
  return without(body, former) ?? {};
}

const deviceRules = [
  'BlkioWeightDevice',
  'BlkioDeviceReadBps',
  'BlkioDeviceWriteBps',
  'BlkioDeviceReadIOps',
  'BlkioDeviceWriteIOps',
];

/** Fields of NetworkSettings that were deprecated in 1.21 and are no more since 1.52. */
const formerNetworkFields = [
  'Bridge',
  'EndpointID',
  'Gateway',
  'GlobalIPv6Address',
  'GlobalIPv6PrefixLen',
  'HairpinMode',
  'IPAddress',
  'IPPrefixLen',
  'IPv6Gateway',
  'LinkLocalIPv6Address',
  'LinkLocalIPv6PrefixLen',
  'MacAddress',
  'SecondaryIPAddresses',
  'SecondaryIPv6Addresses',
] as const;

/** What 1.52 added to inspect and took from it. */
export function inspectOfVersion(
  version: string,
  inspect: ContainerInspectResponse,
): ContainerInspectResponse {
  if (isOlderApiVersion(version, '1.52')) return { ...inspect, Storage: undefined };
  const { Config, HostConfig, NetworkSettings } = inspect;
  return {
    ...inspect,
    Config: without(Config, [
      'MacAddress',
      ...((Config?.OnBuild ?? []).length === 0 ? ['OnBuild'] : []),
    ]),
    HostConfig: without(HostConfig, ['KernelMemoryTCP']),
    NetworkSettings: without(NetworkSettings, formerNetworkFields),
  };
}

/** The state of health is of 1.52. */
export function summaryOfVersion(version: string, summary: ContainerSummary): ContainerSummary {
  return isOlderApiVersion(version, '1.52') ? { ...summary, Health: undefined } : summary;
}

/** The name of the operating system is of 1.52. */
export function statsOfVersion(
  version: string,
  stats: ContainerStatsResponse,
): ContainerStatsResponse {
  return isOlderApiVersion(version, '1.52') ? { ...stats, os_type: undefined } : stats;
}

function without<Shape extends object>(
  shape: Shape | null | undefined,
  names: readonly string[],
): Shape | undefined {
  if (!shape) return undefined;
  const kept = Object.entries(shape).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept) as Shape;
}
