import { join } from 'node:path';
import { EngineError, engineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';
import { resolveExtraHosts } from '../files/extra-hosts.ts';
import type { HostsEntry } from '../files/hosts-file.ts';
import { hostGatewayAddresses } from '../host-gateway.ts';
import type { Attachment } from '../model/attachment.ts';
import type { PortLease } from '../model/port-lease.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkEvent } from '../network-events.ts';
import type { SandboxRequest, SandboxState } from '../network-service.ts';
import { type PublishRecord, readPublishing } from '../ports/port-bindings.ts';
import { parseNetworkMode } from '../validate/network-mode.ts';
import { buildSandbox } from './build-sandbox.ts';
import { linkedPorts, linkHosts } from './links.ts';
import { type PlannedAttachment, planAttachments } from './plan-attachments.ts';
import { acquirePorts, publishPlan, publishTargets } from './publishing.ts';
import { releaseLeases, removeSandbox } from './remove-sandbox.ts';
import { reserveEndpoint } from './reserve-endpoint.ts';
import { sandboxState } from './sandbox-state.ts';

/** Everything of a sandbox that is in the database. */
export interface SandboxRecords {
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
  await loopTurn();
  const planned = planAttachments(context, request);
  const extraHosts = extraHostsOf(context, request);
  const records = await reserve(context, request, planned, extraHosts);
  let attachments: readonly Attachment[];
  try {
    attachments = await buildSandbox(context, records);
  } catch (error) {
    await removeSandbox(context, request.containerId).catch((failure: unknown) =>
      context.reportError(failure, `undo of the network of ${request.containerName}`),
    );
    throw explained(error);
  }
  const state = sandboxState(records.record, attachments, records.leases);
  context.states.set(request.containerId, state);
  for (const { network } of attachments) {
    publishNetworkEvent(context, 'connect', network, request.containerId);
  }
  return state;
}

/** Takes addresses and ports and writes the records. All or nothing. */
async function reserve(
  context: NetworkContext,
  request: SandboxRequest,
  planned: readonly PlannedAttachment[],
  extraHosts: readonly HostsEntry[],
): Promise<SandboxRecords> {
  const attachments: Attachment[] = [];
  let leases: PortLease[] = [];
  try {
    for (const [index, plan] of planned.entries()) {
      const names = attachments.map(({ endpoint }) => endpoint.interfaceName ?? '');
      const endpoint = await reserveEndpoint(context, {
        plan,
        containerId: request.containerId,
        takenNames: new Set(names),
        ...(index === 0 ? { macAddress: request.macAddress } : {}),
      });
      attachments.push({ network: plan.network, endpoint });
    }
    await loopTurn();
    const draft = sandboxRecord(context, request, planned, extraHosts);
    const asked = readPublishing(request);
    const targets = publishTargets(context, attachments);
    await loopTurn();
    const { publish, exposed } = publishPlan(context, asked, attachments, targets);
    leases = await acquirePorts(context, request, targets, publish);
    const links = request.links ?? [];
    const onBridge = attachments.find(({ network }) => network.name === 'bridge');
    const linked = linkedPorts(context, onBridge?.endpoint.ipv4?.split('/')[0], links);
    const record = { ...draft, exposed, linkHosts: linkHosts(links), linked };
    await loopTurn();
    writeRecords(context, { record, attachments, leases }, asked);
    return { record, attachments, leases };
  } catch (error) {
    await releaseLeases(context, attachments, leases, 'nothing was made');
    throw error;
  }
}

function sandboxRecord(
  context: NetworkContext,
  request: SandboxRequest,
  planned: readonly PlannedAttachment[],
  extraHosts: readonly HostsEntry[],
): SandboxRecord {
  const id = context.ids.next();
  const own = planned.some(({ driver }) => driver.needs.sandbox === 'own');
  return {
    id,
    containerId: request.containerId,
    containerName: request.containerName,
    ...(own ? { namespacePath: join(context.namespaceDirectory, id.slice(0, 12)) } : {}),
    filesDirectory: request.filesDirectory,
    ...(request.idMappings === undefined ? {} : { idMappings: request.idMappings }),
    ...(request.joinedUserNamespace === undefined
      ? {}
      : { joinedUserNamespace: request.joinedUserNamespace }),
    exposed: [],
    hostname: request.hostname,
    domainname: request.domainname,
    dns: {
      nameservers: request.dns,
      search: request.dnsSearch,
      options: request.dnsOptions,
    },
    extraHosts,
  };
}

/** Fails with networks.not-found when a network was removed meanwhile. */
function writeRecords(
  { store }: NetworkContext,
  { record, attachments, leases }: SandboxRecords,
  publish: PublishRecord,
): void {
  const { containerId } = record;
  store.database.transaction(() => {
    store.sandboxes.insert(record);
    store.publishing.put({ containerId, ...publish });
    for (const { network, endpoint } of attachments) store.insertEndpoint(network, endpoint);
    for (const lease of leases) store.ports.insert(lease);
  });
}

function extraHostsOf(context: NetworkContext, request: SandboxRequest): HostsEntry[] {
  return resolveExtraHosts(request.extraHosts, hostGatewayAddresses(context));
}

/** A failed system call is told with what it was for; failures that users can act on are as they are. */
export function explained(error: unknown): unknown {
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  return engineError('networks.setup-failed', { reason: error.message }, { cause: error });
}
