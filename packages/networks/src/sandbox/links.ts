import type { HostsEntry } from '../files/hosts-file.ts';
import { editHosts } from '../files/sandbox-files.ts';
import type { LinkedPort } from '../firewall/firewall-state.ts';
import { noElements } from '../firewall/firewall-state.ts';
import { boolOption, networkOption } from '../model/network-options.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import type { LinkRequest } from '../network-service.ts';
import { parseContainerPort } from '../ports/port-spec.ts';
import { needSandbox } from './need-sandbox.ts';

/** Lines of /etc/hosts for linked peers: alias, hostname and name. */
export function linkHosts(links: readonly LinkRequest[]): HostsEntry[] {
  return links.map(({ name, alias, address, hostname = '' }) => ({
    address,
    names: [...new Set([alias, hostname, name])].filter((word) => word !== '').join(' '),
  }));
}

/** What the firewall has to let through for links on a default bridge without icc. */
export function linkedPorts(
  { store }: Pick<NetworkContext, 'store'>,
  address: string | undefined,
  links: readonly LinkRequest[],
): LinkedPort[] {
  const bridge = store.networkByName('bridge');
  if (bridge === undefined || address === undefined) return [];
  if (boolOption(bridge.options, networkOption.icc, true)) return [];
  return links.flatMap((link) =>
    (link.ports ?? []).map((text) => {
      const { port: containerPort, protocol } = parseContainerPort(text);
      return { from: address, address: link.address, protocol, containerPort };
    }),
  );
}

/** The address of a sandbox on the default bridge. */
export function defaultBridgeAddress(
  { store }: Pick<NetworkContext, 'store'>,
  containerId: string,
): string | undefined {
  const bridge = store.networkByName('bridge');
  const endpoint = store
    .endpointsOfContainer(containerId)
    .find(({ networkId }) => networkId === bridge?.id);
  return endpoint?.ipv4?.split('/')[0];
}

/** Follows linked peers that have other addresses now: hosts lines and firewall elements. Idempotent. */
export async function updateLinks(
  context: NetworkContext,
  containerId: string,
  links: readonly LinkRequest[],
): Promise<void> {
  const record = needSandbox(context, containerId);
  const known = record.linkHosts ?? [];
  const next = linkHosts(links);
  const stale = known.filter((entry) => !next.some((other) => sameEntry(entry, other)));
  const from = defaultBridgeAddress(context, containerId);
  const linked = linkedPorts(context, from, links);
  const changed: SandboxRecord = { ...record, linkHosts: next, linked };
  context.store.sandboxes.put(changed);
  editHosts(record.filesDirectory, {
    added: next,
    removed: stale.map(({ address }) => address),
  });
  if (!context.config.firewall) return;
  await context.firewall.replace(
    { ...noElements, linked: record.linked ?? [] },
    { ...noElements, linked },
  );
}

function sameEntry(a: HostsEntry, b: HostsEntry): boolean {
  return a.address === b.address && a.names === b.names;
}
