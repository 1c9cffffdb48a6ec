import { join } from 'node:path';
import { EngineError, engineError } from '@berth/errors';
import { defaultGatewayKey } from '../drivers/default-bridge.ts';
import { resolveExtraHosts } from '../files/extra-hosts.ts';
import type { HostsEntry } from '../files/hosts-file.ts';
import type { DnsSettings } from '../files/resolv-conf.ts';
import { writeSandboxFiles } from '../files/sandbox-files.ts';
import { hostGatewayAddresses } from '../host-gateway.ts';
import { formatAllocated } from '../ipam/address-registry.ts';
import type { Attachment } from '../model/attachment.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { PortLease } from '../model/port-lease.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkEvent } from '../network-events.ts';
import type { SandboxRequest, SandboxState } from '../network-service.ts';
import { type PublishPlan, planPublishing } from '../ports/publish-plan.ts';
import { announceEndpoints, openResolver } from '../resolver/open-resolver.ts';
import { macOfAddress, parseMacAddress } from '../validate/mac-address.ts';
import { parseNetworkMode } from '../validate/network-mode.ts';
import { type PlannedAttachment, planAttachments } from './plan-attachments.ts';
import { firewallElements, isRelayed, relayTarget } from './published-ports.ts';
import { isolates, releaseLeases, removeSandbox } from './remove-sandbox.ts';
import { sandboxState } from './sandbox-state.ts';

/** Everything of a sandbox that is in the database. */
interface SandboxRecords {
  readonly record: SandboxRecord;
  readonly attachments: readonly Attachment[];
  readonly leases: readonly PortLease[];
}

/**
 * Order: leases in memory, records in one transaction, then the kernel. A failure, or a daemon killed at
 * any point, leaves records from which `removeSandbox` or reconcile undoes what was made.
 */
export async function createSandbox(
  context: NetworkContext,
  request: SandboxRequest,
): Promise<SandboxState> {
  if (parseNetworkMode(request.networkMode).kind === 'container') {
    return { sandboxId: '', endpoints: {}, ports: {} };
  }
  await removeSandbox(context, request.containerId);
  const planned = planAttachments(context, request);
  const extraHosts = extraHostsOf(context, request);
  const records = reserve(context, request, planned, extraHosts);
  try {
    await build(context, request, records);
  } catch (error) {
    await removeSandbox(context, request.containerId).catch((failure: unknown) =>
      context.reportError(failure, `undo of the network of ${request.containerName}`),
    );
    throw explained(error);
  }
  const state = sandboxState(records.record, records.attachments, records.leases);
  context.states.set(request.containerId, state);
  for (const { network } of records.attachments) {
    publishNetworkEvent(context, 'connect', network, request.containerId);
  }
  return state;
}

/** Takes addresses and ports and writes the records. All or nothing. */
function reserve(
  context: NetworkContext,
  request: SandboxRequest,
  planned: readonly PlannedAttachment[],
  extraHosts: readonly HostsEntry[],
): SandboxRecords {
  const { store } = context;
  const id = context.ids.next();
  const attachments: Attachment[] = [];
  let leases: PortLease[] = [];
  try {
    for (const [index, plan] of planned.entries()) {
      attachments.push({
        network: plan.network,
        endpoint: newEndpoint(context, request, plan, index),
      });
    }
    const { publish, exposed } = publishPlan(context, request, planned);
    const target = attachments.find(({ endpoint }) => endpoint.ipv4 !== undefined);
    if (target !== undefined) leases = acquirePorts(context, request, target.endpoint, publish);
    const own = planned.some(({ driver }) => driver.needs.sandbox === 'own');
    const record: SandboxRecord = {
      id,
      containerId: request.containerId,
      containerName: request.containerName,
      ...(own ? { namespacePath: join(context.namespaceDirectory, id.slice(0, 12)) } : {}),
      filesDirectory: request.filesDirectory,
      exposed,
      hostname: request.hostname,
      domainname: request.domainname,
      dns: dnsOf(request),
      extraHosts,
    };
    store.database.transaction(() => {
      store.sandboxes.insert(record);
      for (const { network, endpoint } of attachments) {
        store.endpoints.insert(endpoint);
        const address = endpoint.ipv4?.split('/')[0];
        if (address === undefined) continue;
        store.addresses.insert({ networkId: network.id, address, endpointId: endpoint.id });
      }
      for (const lease of leases) store.ports.insert(lease);
    });
    return { record, attachments, leases };
  } catch (error) {
    releaseLeases(context, attachments, leases, 'nothing was made');
    throw error;
  }
}

function newEndpoint(
  context: NetworkContext,
  request: SandboxRequest,
  { network, driver, settings }: PlannedAttachment,
  index: number,
): EndpointRecord {
  const id = context.ids.next();
  const base = { id, networkId: network.id, containerId: request.containerId, settings };
  if (!driver.needs.interface) return base;
  const asked = settings.MacAddress || request.macAddress;
  const mac = asked ? parseMacAddress(asked) : undefined;
  const allocated = context.addresses.allocate(
    network,
    settings.IPAMConfig?.IPv4Address || undefined,
  );
  const subnet = network.subnets[0];
  const gateway = subnet?.auxiliary?.[defaultGatewayKey] ?? subnet?.gateway;
  return {
    ...base,
    interfaceName: `eth${index}`,
    hostInterface: `veth${context.ids.next().slice(0, 7)}`,
    mac: mac ?? macOfAddress(allocated.address),
    ipv4: formatAllocated(allocated),
    ...(gateway === undefined ? {} : { gateway4: gateway }),
  };
}

/** Ports are published and exposed only where containers have interfaces of their own. */
function publishPlan(
  { config }: NetworkContext,
  request: SandboxRequest,
  planned: readonly PlannedAttachment[],
): PublishPlan {
  if (!planned.some(({ driver }) => driver.needs.interface)) return { publish: [], exposed: [] };
  return planPublishing({
    exposedPorts: request.exposedPorts,
    portBindings: request.portBindings,
    publishAllPorts: request.publishAllPorts,
    defaultHostAddress: config.defaultHostAddress,
    ipv6: config.ipv6Relay,
  });
}

function acquirePorts(
  context: NetworkContext,
  request: SandboxRequest,
  endpoint: EndpointRecord,
  publish: PublishPlan['publish'],
): PortLease[] {
  const { config } = context;
  const owner = {
    containerId: request.containerId,
    endpointId: endpoint.id,
    endpointName: request.containerName,
    address: endpoint.ipv4?.split('/')[0] ?? '',
  };
  const relayed = config.firewall || config.ipv6Relay;
  if (publish.some(({ protocol }) => !relayed || (!config.firewall && protocol === 'sctp'))) {
    const details = { name: owner.endpointName, id: owner.endpointId };
    throw engineError('networks.publish-without-firewall', details);
  }
  return context.ports.acquire(publish, owner);
}

async function build(
  context: NetworkContext,
  request: SandboxRequest,
  { record, attachments, leases }: SandboxRecords,
): Promise<void> {
  const { config, kernel, relays, faultPoint } = context;
  faultPoint('sandbox.recorded');
  if (record.namespacePath !== undefined) {
    kernel.namespaces.createNetworkNamespace(record.namespacePath);
    faultPoint('sandbox.namespace');
    attachAll(context, record.namespacePath, attachments, leases.length > 0);
    faultPoint('sandbox.attached');
  }
  const resolvConf = await openResolver(context, record, attachments);
  const elements = firewallElements(config, attachments, leases, isolates(context));
  const filtered = context.firewall.add(elements);
  try {
    writeSandboxFiles(
      {
        directory: request.filesDirectory,
        hostname: request.hostname,
        domainname: request.domainname,
        hostNetwork: record.namespacePath === undefined,
        extraHosts: record.extraHosts ?? [],
        addresses: attachments.flatMap(({ endpoint }) => endpoint.ipv4?.split('/')[0] ?? []),
        dns: dnsOf(request),
        ...(resolvConf === undefined ? {} : { resolvConf }),
        ipv6: attachments.some(({ endpoint }) => endpoint.ipv6 !== undefined),
      },
      context.hostFiles,
    );
  } finally {
    await filtered;
  }
  faultPoint('sandbox.published');
  announceEndpoints(context, record, attachments);
  for (const lease of leases) {
    const endpoint = attachments.find((item) => item.endpoint.id === lease.endpointId)?.endpoint;
    if (endpoint !== undefined && isRelayed(config, lease)) {
      relays.start(lease, relayTarget(endpoint, lease));
    }
  }
}

function dnsOf({ dns, dnsSearch, dnsOptions }: SandboxRequest): DnsSettings {
  return { nameservers: dns, search: dnsSearch, options: dnsOptions };
}

function attachAll(
  context: NetworkContext,
  namespacePath: string,
  attachments: readonly Attachment[],
  hairpin: boolean,
): void {
  for (const [index, { network, endpoint }] of attachments.entries()) {
    const driver = context.drivers.get(network.driver);
    driver?.attach(network, endpoint, { namespacePath, defaultRoute: index === 0, hairpin });
  }
}

function extraHostsOf(context: NetworkContext, request: SandboxRequest): HostsEntry[] {
  const links = (request.links ?? []).map(({ name, alias, address, hostname }) => ({
    address,
    names: [...new Set([alias, hostname ?? '', name])].filter((word) => word !== '').join(' '),
  }));
  return [...resolveExtraHosts(request.extraHosts, hostGatewayAddresses(context)), ...links];
}

/** A failed system call is told with what it was for; failures that users can act on are as they are. */
function explained(error: unknown): unknown {
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  return engineError('networks.setup-failed', { reason: error.message }, { cause: error });
}
