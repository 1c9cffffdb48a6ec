import { loopTurn } from '@berth/kernel';
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
import { programConnectivity } from './program-connectivity.ts';
import { firewallElements } from './published-ports.ts';
import { isolates } from './remove-sandbox.ts';
import { forgetStaleFlows } from './stale-flows.ts';

/** Makes what the records say: namespace, links, routes, resolver, firewall, files, relays. The endpoints as they are then. */
export async function buildSandbox(
  context: NetworkContext,
  { record, attachments: planned, leases }: SandboxRecords,
): Promise<readonly Attachment[]> {
  const { config, kernel } = context;
  let attachments = planned;
  context.faultPoint('sandbox.recorded');
  if (record.namespacePath !== undefined) {
    await kernel.namespaces.createNetworkNamespaceAsync(
      record.namespacePath,
      record.joinedUserNamespace === undefined
        ? record.idMappings
        : { joined: record.joinedUserNamespace },
    );
    context.faultPoint('sandbox.namespace');
    attachments = await attachAll(context, record, planned, leases.length > 0);
    await setDefaultRoutes(kernel, record.namespacePath, chooseGateways(attachments));
    attachments = await programConnectivity(context, record, attachments);
    context.faultPoint('sandbox.attached');
  }
  await loopTurn();
  const resolvConf = await openResolver(context, record, attachments);
  const elements = firewallElements(config, attachments, leases, isolates(context));
  const linked = config.firewall ? (record.linked ?? []) : [];
  const filtered = context.firewall.add({ ...elements, linked });
  try {
    const written = await writeSandboxFiles(
      kernel.files,
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
  return attachments;
}

/** The files belong to the container's root, so that it can edit them. */
function ownerOf({ idMappings }: SandboxRecord): Pick<SandboxFilesRequest, 'owner'> {
  const [uid, gid] = [idMappings?.uids[0]?.outside, idMappings?.gids[0]?.outside];
  return uid === undefined || gid === undefined ? {} : { owner: { uid, gid } };
}

async function attachAll(
  context: NetworkContext,
  record: SandboxRecord,
  planned: readonly Attachment[],
  hairpin: boolean,
): Promise<readonly Attachment[]> {
  const attached: Attachment[] = [];
  for (const [index, attachment] of planned.entries()) {
    const others = [...attached, ...planned.slice(index + 1)];
    attached.push(await attachEndpoint(context, record, attachment, { hairpin, others }));
  }
  return attached;
}

interface Surroundings {
  readonly hairpin: boolean;
  /** The sandbox's other endpoints. */
  readonly others: readonly Attachment[];
}

/** Gives an endpoint its interface, with the switches that were asked for on it. The endpoint as it is then. */
export async function attachEndpoint(
  context: NetworkContext,
  record: SandboxRecord,
  planned: Attachment,
  { hairpin, others }: Surroundings,
): Promise<Attachment> {
  const { namespacePath = '' } = record;
  const attachment = await joinEndpoint(context, record, planned, others);
  const { network, endpoint } = attachment;
  await driverOf(context, network).attach(network, endpoint, { namespacePath, hairpin });
  addOwnSettings(context, endpoint, namespacePath);
  return attachment;
}

/** Has a plug-in make the endpoint; what it gave is recorded before it is used. */
async function joinEndpoint(
  context: NetworkContext,
  { namespacePath = '', containerId }: SandboxRecord,
  attachment: Attachment,
  others: readonly Attachment[],
): Promise<Attachment> {
  const { network } = attachment;
  const driver = driverOf(context, network);
  if (driver.join === undefined) return attachment;
  const takenNames = new Set(others.map(({ endpoint }) => endpoint.interfaceName ?? ''));
  const publish = context.store.publishedBy(containerId);
  const options = { namespacePath, takenNames, publish };
  const endpoint = await driver.join(network, attachment.endpoint, options);
  context.faultPoint('sandbox.joined');
  context.store.endpoints.put(endpoint);
  return { network, endpoint };
}

/** Link-local addresses and switches that the user asked for. */
function addOwnSettings(
  { kernel }: NetworkContext,
  endpoint: Attachment['endpoint'],
  namespacePath: string,
): void {
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
