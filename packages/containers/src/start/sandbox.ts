import type { SandboxRequest, SandboxState } from '@berth/networks';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord, ManagedFiles, NetworkFacts } from '../container-record.ts';
import { idMappingsOf, joinedNamespace } from '../user-namespace.ts';
import { linkRequests } from './links.ts';
import { networkPeerOf } from './namespaces.ts';

/** What the container asks of the network. Daemon-wide DNS settings stand in for absent ones. */
export function sandboxRequest(context: ContainerContext, record: ContainerRecord): SandboxRequest {
  const { config, hostConfig: host } = record;
  const { defaults } = context.config;
  const idMappings = idMappingsOf(context, record);
  const joinedUserNamespace = joinedNamespace(context, record);
  const orDefault = (own: readonly string[] | null | undefined, fallback: readonly string[]) =>
    own && own.length > 0 ? own : fallback;
  return {
    containerId: record.id,
    containerName: record.name,
    networkMode: host.NetworkMode ?? 'bridge',
    endpoints: record.endpoints,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    portBindings: host.PortBindings ?? {},
    publishAllPorts: host.PublishAllPorts === true,
    ...(config.MacAddress ? { macAddress: config.MacAddress } : {}),
    hostname: config.Hostname ?? '',
    domainname: config.Domainname ?? '',
    dns: orDefault(host.Dns, defaults.dns),
    dnsSearch: orDefault(host.DnsSearch, defaults.dnsSearch),
    dnsOptions: orDefault(host.DnsOptions, defaults.dnsOptions),
    extraHosts: host.ExtraHosts ?? [],
    links: linkRequests(context, record),
    filesDirectory: context.paths.data(record.id),
    ...(idMappings === undefined ? {} : { idMappings }),
    ...(joinedUserNamespace === undefined ? {} : { joinedUserNamespace }),
  };
}

export function networkFactsOf(state: SandboxState): NetworkFacts {
  return {
    sandboxId: state.sandboxId,
    ...(state.namespacePath === undefined ? {} : { namespacePath: state.namespacePath }),
    endpoints: state.endpoints,
  };
}

/** The /etc files to mount: the sandbox's own, or those of the container whose network is joined. */
export function managedFilesOf(
  context: ContainerContext,
  record: ContainerRecord,
  state: SandboxState,
): ManagedFiles {
  const mode = record.hostConfig.NetworkMode ?? '';
  const peer = networkPeerOf(context, mode);
  if (peer !== undefined) return peer.facts.files ?? {};
  return {
    ...(state.hostsPath === undefined ? {} : { hosts: state.hostsPath }),
    ...(state.resolvConfPath === undefined ? {} : { resolvConf: state.resolvConfPath }),
    ...(state.hostnamePath === undefined ? {} : { hostname: state.hostnamePath }),
  };
}
