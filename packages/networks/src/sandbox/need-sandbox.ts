import { engineError } from '@berth/errors';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';

/** The record of a running container's sandbox. */
export function needSandbox(context: NetworkContext, containerId: string): SandboxRecord {
  const record = context.store.sandboxes.get(containerId);
  if (record !== undefined) return record;
  throw engineError('networks.setup-failed', {
    reason: `the container ${containerId} has no network sandbox`,
  });
}
