import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { findNetwork } from '../find-network.ts';
import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkEvent } from '../network-events.ts';
import type { SandboxState } from '../network-service.ts';
import { attachEndpoint } from './build-sandbox.ts';
import { explained } from './create-sandbox.ts';
import { withdrawEndpoint } from './disconnect-endpoint.ts';
import { needSandbox } from './need-sandbox.ts';
import { planAttachment } from './plan-attachments.ts';
import { firewallElements } from './published-ports.ts';
import { rearrange } from './rearrange.ts';
import { attachmentsOf, isolates } from './remove-sandbox.ts';
import { reserveEndpoint } from './reserve-endpoint.ts';
import { sandboxState } from './sandbox-state.ts';

export interface ConnectRequest {
  readonly containerId: string;
  /** Name or ID. */
  readonly network: string;
  readonly settings: EndpointSettings;
  /** Writes what the caller has to remember, in the transaction that makes the endpoint permanent. */
  readonly commit: (state: SandboxState) => void;
}

/**
 * Gives a running container an endpoint in one more network. All or nothing: a failure, or a daemon killed
 * before `commit`, leaves the container as it was.
 */
export async function connectEndpoint(
  context: NetworkContext,
  request: ConnectRequest,
): Promise<SandboxState> {
  const { store } = context;
  const record = needSandbox(context, request.containerId);
  const network = findNetwork(store, request.network);
  const before = attachmentsOf(context, request.containerId);
  if (before.some((known) => known.network.id === network.id)) {
    const details = { container: record.containerName, network: network.name };
    throw engineError('networks.already-connected', details);
  }
  const plan = planAttachment(context, network, request.settings);
  const taken = before.map(({ endpoint }) => endpoint.interfaceName ?? '');
  const reserved = await reserveEndpoint(context, {
    ...{ plan, containerId: request.containerId },
    takenNames: new Set(taken),
  });
  const attachment = { network, endpoint: { ...reserved, stage: 'attaching' as const } };
  try {
    store.database.transaction(() => store.insertEndpoint(network, attachment.endpoint));
    context.faultPoint('network.connect.recorded');
    const state = await join(context, record, { before, attachment }, request);
    publishNetworkEvent(context, 'connect', network, request.containerId);
    return state;
  } catch (error) {
    await withdrawEndpoint(context, record, attachment).catch((failure: unknown) =>
      context.reportError(failure, `undo of connecting ${record.containerName} to ${network.name}`),
    );
    throw explained(error);
  }
}

interface Joining {
  readonly before: readonly Attachment[];
  readonly attachment: Attachment;
}

async function join(
  context: NetworkContext,
  record: SandboxRecord,
  { before, attachment: planned }: Joining,
  { containerId, commit }: ConnectRequest,
): Promise<SandboxState> {
  const { store } = context;
  let attachment = planned;
  if (record.namespacePath !== undefined) {
    const hairpin = store.portsOfContainer(containerId).length > 0;
    attachment = await attachEndpoint(context, record, planned, { hairpin, others: before });
  }
  context.faultPoint('network.connect.attached');
  await context.firewall.add(firewallElements(context.config, [attachment], [], isolates(context)));
  const changed = await rearrange(context, record, { before, after: [...before, attachment] });
  const after = changed.attachments.map(({ network, endpoint: { stage: _, ...endpoint } }) => ({
    ...{ network, endpoint },
  }));
  const state = sandboxState(changed.record, after, changed.leases);
  store.database.transaction(() => {
    for (const { endpoint } of after.slice(-1)) store.endpoints.put(endpoint);
    commit(state);
  });
  context.states.set(containerId, state);
  context.faultPoint('network.connect.done');
  return state;
}
