import { compareApiVersions } from '@berth/engine-api/api-version.ts';
import type { ContainerSpec } from './container-spec.ts';

/**
 * The container as a daemon of an API version takes it: from 1.42 on there is no kernel memory limit,
 * and from 1.44 on a MAC address belongs to the endpoint alone, before to the container alone.
 */
export function specForVersion(spec: ContainerSpec, apiVersion: string): ContainerSpec {
  const isBefore = (version: string) => compareApiVersions(apiVersion, version) < 0;
  const { MacAddress, ...config } = spec;
  const { KernelMemory, ...host } = spec.HostConfig;
  const HostConfig = isBefore('1.42') ? spec.HostConfig : (host as ContainerSpec['HostConfig']);
  if (!isBefore('1.44')) return { ...config, HostConfig } as ContainerSpec;
  return { ...spec, HostConfig, NetworkingConfig: withoutMacAddresses(spec.NetworkingConfig) };
}

function withoutMacAddresses(config: unknown): unknown {
  const { EndpointsConfig } = config as { EndpointsConfig: Readonly<Record<string, object>> };
  const endpoints = Object.entries(EndpointsConfig).map(([name, settings]) => [
    name,
    { ...settings, MacAddress: '' },
  ]);
  return { EndpointsConfig: Object.fromEntries(endpoints) };
}
