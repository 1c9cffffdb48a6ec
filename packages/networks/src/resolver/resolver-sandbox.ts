import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import { hasNames } from './endpoint-names.ts';
import type { ResolverSandbox } from './sandbox-resolver.ts';

const noSettings = { nameservers: [], search: [], options: [] };

/**
 * What the resolver has to know of a sandbox; undefined when its container asks none (the default networks
 * only, or the host's namespace).
 */
export function resolverSandbox(
  record: SandboxRecord,
  attachments: readonly Attachment[],
): ResolverSandbox | undefined {
  const named = attachments.filter(({ network }) => hasNames(network));
  if (named.length === 0 || record.namespacePath === undefined) return undefined;
  return {
    containerId: record.containerId,
    namespacePath: record.namespacePath,
    networks: named.map(({ network, endpoint }) => ({
      id: network.id,
      name: network.name,
      links: (endpoint.settings.Links ?? []).map(parseLink),
    })),
    forwards: attachments.some(({ network }) => !network.internal),
    dns: record.dns ?? noSettings,
    ipv6: attachments.some(({ endpoint }) => endpoint.ipv6 !== undefined),
  };
}

/** `name:alias`, or `name` alone, which is its own alias. Docker writes `/name:/self/alias` as well. */
export function parseLink(link: string): { readonly name: string; readonly alias: string } {
  const [name = '', alias = name] = link.split(':').map((part) => part.split('/').at(-1) ?? '');
  return { name, alias };
}
