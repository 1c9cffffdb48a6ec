import { ownNames } from '../files/hosts-file.ts';
import { editHosts, editResolvConf } from '../files/sandbox-files.ts';
import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { announceEndpoints, openResolver } from '../resolver/open-resolver.ts';
import { resolverSandbox } from '../resolver/resolver-sandbox.ts';
import { addressesOf } from './build-sandbox.ts';
import { setDefaultRoutes } from './default-routes.ts';
import { chooseGateways } from './gateway-choice.ts';
import { programConnectivity } from './program-connectivity.ts';
import { type Republished, republish } from './republish.ts';

/** How the endpoints of a running sandbox have changed. */
export interface Rearrangement {
  readonly before: readonly Attachment[];
  readonly after: readonly Attachment[];
}

export interface Rearranged extends Republished {
  /** The endpoints, as plug-ins know them now. */
  readonly attachments: readonly Attachment[];
}

/**
 * Makes everything of a running sandbox that depends on all of its endpoints agree with them: default routes,
 * published ports, names, /etc/hosts and /etc/resolv.conf. Idempotent.
 */
export async function rearrange(
  context: NetworkContext,
  record: SandboxRecord,
  { before, after: wanted }: Rearrangement,
): Promise<Rearranged> {
  let after = wanted;
  if (record.namespacePath !== undefined) {
    await setDefaultRoutes(context.kernel, record.namespacePath, chooseGateways(after));
    after = await programConnectivity(context, record, after);
  }
  if (before !== wanted) context.faultPoint('network.routed');
  const published = await republish(context, record, before, after);
  if (before !== wanted) context.faultPoint('network.published');
  const digest = await rearrangeResolver(context, record, { before, after });
  const changed = {
    ...published.record,
    ...(digest === undefined ? {} : { resolvConfDigest: digest }),
  };
  if (digest !== undefined) context.store.sandboxes.put(changed);
  rearrangeHosts(record, { before, after });
  const present = new Set(after.map(({ endpoint }) => endpoint.id));
  for (const { endpoint } of before) {
    if (!present.has(endpoint.id)) context.directory.delete(endpoint.id);
  }
  announceEndpoints(context, changed, after);
  return { ...published, record: changed, attachments: after };
}

/** The digest of a new resolv.conf, when one was written. */
async function rearrangeResolver(
  context: NetworkContext,
  record: SandboxRecord,
  { before, after }: Rearrangement,
): Promise<string | undefined> {
  const wanted = resolverSandbox(record, after);
  if (wanted === undefined) return undefined;
  if (resolverSandbox(record, before) !== undefined) {
    context.resolver.update(wanted);
    return undefined;
  }
  const conf = await openResolver(context, record, after);
  if (conf === undefined) return undefined;
  return editResolvConf(record.filesDirectory, conf, record.resolvConfDigest);
}

function rearrangeHosts(record: SandboxRecord, { before, after }: Rearrangement): void {
  const addresses = (attachments: readonly Attachment[]) =>
    attachments.flatMap(({ endpoint }) => addressesOf(endpoint));
  const present = addresses(after);
  const names = ownNames(record.hostname ?? '', record.domainname ?? '');
  editHosts(record.filesDirectory, {
    added: names === '' ? [] : present.map((address) => ({ address, names })),
    removed: addresses(before).filter((address) => !present.includes(address)),
  });
}
