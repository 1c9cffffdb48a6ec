import type { NetworkDriver } from '../drivers/network-driver.ts';
import type { Attachment } from '../model/attachment.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { NetworkRecord } from '../model/network-record.ts';
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
    const { pluginPorts: _, ...known } = attachment.endpoint;
    const endpoint = { ...known, external };
    context.store.endpoints.put(endpoint);
    const publish = external ? context.store.publishedBy(containerId) : undefined;
    const told = driver.setExternal(network, endpoint, publish);
    if (external) {
      await told;
      result.push({ network, endpoint: await withPorts(context, driver, network, endpoint) });
    } else {
      const what = `telling ${network.name} that ${containerName} has another way out`;
      await told.catch((error: unknown) => context.reportError(error, what));
      result.push({ network, endpoint });
    }
  }
  return result;
}

/** The endpoint with the ports that its plug-in says it has published; they are only shown. */
async function withPorts(
  context: NetworkContext,
  driver: NetworkDriver,
  network: NetworkRecord,
  endpoint: EndpointRecord,
): Promise<EndpointRecord> {
  try {
    const pluginPorts = (await driver.publishedPorts?.(network, endpoint)) ?? {};
    if (Object.keys(pluginPorts).length === 0) return endpoint;
    const shown = { ...endpoint, pluginPorts };
    context.store.endpoints.put(shown);
    return shown;
  } catch (error) {
    context.reportError(error, `asking ${network.name} what it has published`);
    return endpoint;
  }
}
