import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { chooseGateways } from './gateway-choice.ts';

/**
 * Tells plug-ins whether the sandbox's default routes lead through their endpoints; those are who publishes its
 * ports. The endpoints as they are then. Fails when one refuses to; one that does not hear that it is over is
 * reported only. Idempotent.
 */
export async function programConnectivity(
  context: NetworkContext,
  { containerId, containerName }: SandboxRecord,
  attachments: readonly Attachment[],
): Promise<readonly Attachment[]> {
  const { ipv4, ipv6 } = chooseGateways(attachments);
  const result: Attachment[] = [];
  for (const attachment of attachments) {
    const { network } = attachment;
    const driver = context.drivers.get(network.driver);
    const external = attachment === ipv4 || attachment === ipv6;
    if (driver?.setExternal === undefined || (attachment.endpoint.external ?? false) === external) {
      result.push(attachment);
      continue;
    }
    const endpoint = { ...attachment.endpoint, external };
    context.store.endpoints.put(endpoint);
    const publish = external ? context.store.publishedBy(containerId) : undefined;
    const told = driver.setExternal(network, endpoint, publish);
    if (external) await told;
    else {
      const what = `telling ${network.name} that ${containerName} has another way out`;
      await told.catch((error: unknown) => context.reportError(error, what));
    }
    result.push({ network, endpoint });
  }
  return result;
}
