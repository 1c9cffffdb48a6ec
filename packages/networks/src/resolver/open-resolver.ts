import type { ResolvConf } from '../files/resolv-conf.ts';
import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { hasNames, namedEndpoint } from './endpoint-names.ts';
import { resolverSandbox } from './resolver-sandbox.ts';

/** Opens the resolver of a sandbox that needs one. Returns what its resolv.conf is then to be. */
export async function openResolver(
  { resolver }: Pick<NetworkContext, 'resolver'>,
  record: SandboxRecord,
  attachments: readonly Attachment[],
): Promise<ResolvConf | undefined> {
  const sandbox = resolverSandbox(record, attachments);
  return sandbox === undefined ? undefined : await resolver.open(sandbox);
}

/** Makes the names of a sandbox's endpoints known, or known anew after a rename. Idempotent. */
export function announceEndpoints(
  { directory }: Pick<NetworkContext, 'directory'>,
  record: SandboxRecord,
  attachments: readonly Attachment[],
): void {
  for (const { network, endpoint } of attachments) {
    if (hasNames(network)) directory.put(namedEndpoint(network, endpoint, record));
  }
}
