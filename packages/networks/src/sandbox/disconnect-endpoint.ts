import { engineError } from '@berth/errors';
import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkEvent } from '../network-events.ts';
import type { SandboxState } from '../network-service.ts';
import { needSandbox } from './need-sandbox.ts';
import { firewallElements } from './published-ports.ts';
import { rearrange } from './rearrange.ts';
import { attachmentsOf, detachAll, isolates, releaseLeases } from './remove-sandbox.ts';
import { sandboxState } from './sandbox-state.ts';

export interface DisconnectRequest {
  readonly containerId: string;
  /** Name or ID. */
  readonly network: string;
  /** Writes what the caller has to remember, in the transaction from which on there is no way back. */
  readonly commit: (state: SandboxState) => void;
}

/**
 * Takes a running container out of a network. Once `commit` was called it is finished, by reconcile if the
 * daemon is killed meanwhile.
 */
export async function disconnectEndpoint(
  context: NetworkContext,
  { containerId, network: name, commit }: DisconnectRequest,
): Promise<SandboxState> {
  const { store } = context;
  const record = needSandbox(context, containerId);
  const before = attachmentsOf(context, containerId);
  const leaving = before.find(({ network }) => network.name === name || network.id === name);
  if (leaving === undefined) {
    throw engineError('networks.not-connected', {
      container: containerId,
      network: `network ${name}`,
    });
  }
  const after = before.filter((attachment) => attachment !== leaving);
  store.database.transaction(() => {
    store.endpoints.put({ ...leaving.endpoint, stage: 'detaching' });
    commit(sandboxState(record, after, []));
  });
  context.faultPoint('network.disconnect.recorded');
  const state = await withdrawEndpoint(context, record, leaving);
  publishNetworkEvent(context, 'disconnect', leaving.network, containerId);
  return state;
}

/**
 * Undoes what there is of an endpoint of a running sandbox: ports and routes first, then the link, then the
 * record; its addresses are given back last. Idempotent.
 */
export async function withdrawEndpoint(
  context: NetworkContext,
  record: SandboxRecord,
  leaving: Attachment,
): Promise<SandboxState> {
  const { store } = context;
  const { containerId, namespacePath } = record;
  const all = attachmentsOf(context, containerId);
  const after = all.filter(({ endpoint }) => endpoint.id !== leaving.endpoint.id);
  const before = [...after, leaving];
  const changed = await rearrange(context, record, { before, after });
  const elements = firewallElements(context.config, [leaving], [], isolates(context));
  await context.firewall.remove(elements);
  // As it was recorded last: a plug-in may have added to it.
  const known = all.find(({ endpoint }) => endpoint.id === leaving.endpoint.id) ?? leaving;
  await detachAll(context, [known], namespacePath);
  context.faultPoint('network.disconnect.detached');
  store.deleteEndpoint(leaving.endpoint.id);
  await releaseLeases(context, [leaving], [], 'links are going');
  const state = sandboxState(changed.record, changed.attachments, changed.leases);
  context.states.set(containerId, state);
  return state;
}
