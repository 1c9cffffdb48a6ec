import { type SandboxFilesRequest, writeSandboxFiles } from '../files/sandbox-files.ts';
import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { announceEndpoints, openResolver } from '../resolver/open-resolver.ts';
import type { SandboxRecords } from './create-sandbox.ts';
import { setDefaultRoutes } from './default-routes.ts';
import { endpointSysctls } from './endpoint-options.ts';
import { chooseGateways } from './gateway-choice.ts';
import { driverOf } from './plan-attachments.ts';
import { startRelays } from './port-relays.ts';
import { firewallElements } from './published-ports.ts';
import { isolates } from './remove-sandbox.ts';
import { forgetStaleFlows } from './stale-flows.ts';

/** Makes what the records say: namespace, links, routes, resolver, firewall, files, relays. */
export async function buildSandbox(
  context: NetworkContext,
  { record, attachments, leases }: SandboxRecords,
): Promise<void> {
  const { config, kernel } = context;
  context.faultPoint('sandbox.recorded');
  if (record.namespacePath !== undefined) {
    await kernel.namespaces.createNetworkNamespaceAsync(record.namespacePath, record.idMappings);
    context.faultPoint('sandbox.namespace');
    for (const attachment of attachments) {
      await attachEndpoint(context, attachment, record.namespacePath, leases.length > 0);
    }
    setDefaultRoutes(kernel, record.namespacePath, chooseGateways(attachments));
    context.faultPoint('sandbox.attached');
  }
  const resolvConf = await openResolver(context, record, attachments);
  const elements = firewallElements(config, attachments, leases, isolates(context));
  const linked = config.firewall ? (record.linked ?? []) : [];
  const filtered = context.firewall.add({ ...elements, linked });
  try {
    const written = writeSandboxFiles(
      {
        directory: record.filesDirectory,
        hostname: record.hostname ?? '',
        domainname: record.domainname ?? '',
        hostNetwork: record.namespacePath === undefined,
        extraHosts: [...(record.extraHosts ?? []), ...(record.linkHosts ?? [])],
        addresses: attachments.flatMap(({ endpoint }) => addressesOf(endpoint)),
        dns: record.dns ?? { nameservers: [], search: [], options: [] },
        ...(resolvConf === undefined ? {} : { resolvConf }),
        ...ownerOf(record),
        ipv6: attachments.some(({ endpoint }) => endpoint.ipv6 !== undefined),
      },
      context.hostFiles,
    );
    context.store.sandboxes.put({ ...record, resolvConfDigest: written.resolvConfDigest });
  } finally {
    await filtered;
  }
  await forgetStaleFlows(context, [], leases);
  context.faultPoint('sandbox.published');
  announceEndpoints(context, record, attachments);
  await startRelays(context, attachments, leases);
}

/** The files belong to the container's root, so that it can edit them. */
function ownerOf({ idMappings }: SandboxRecord): Pick<SandboxFilesRequest, 'owner'> {
  const [uid, gid] = [idMappings?.uids[0]?.outside, idMappings?.gids[0]?.outside];
  return uid === undefined || gid === undefined ? {} : { owner: { uid, gid } };
}

/** Gives an endpoint its interface, with the switches that were asked for on it. */
export async function attachEndpoint(
  context: NetworkContext,
  { network, endpoint }: Attachment,
  namespacePath: string,
  hairpin: boolean,
): Promise<void> {
  const { kernel } = context;
  await driverOf(context, network).attach(network, endpoint, { namespacePath, hairpin });
  const { interfaceName } = endpoint;
  if (interfaceName === undefined) return;
  const { LinkLocalIPs } = endpoint.settings.IPAMConfig ?? {};
  if ((LinkLocalIPs ?? []).length > 0) {
    using inside = kernel.links.inNamespace(namespacePath);
    for (const address of LinkLocalIPs ?? []) {
      inside.addAddress(interfaceName, address.includes(':') ? `${address}/64` : `${address}/16`);
    }
  }
  const switches = Object.entries(endpointSysctls(endpoint.settings, interfaceName));
  if (switches.length === 0) return;
  kernel.namespaces.withNetworkNamespace(namespacePath, () => {
    for (const [name, value] of switches) kernel.host.setSysctl(name, value);
  });
}

/** Its addresses without prefix length. */
export function addressesOf({ ipv4, ipv6 }: Attachment['endpoint']): string[] {
  return [ipv4, ipv6].flatMap((address) => address?.split('/')[0] ?? []);
}
