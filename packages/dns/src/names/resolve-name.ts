import type { NamedAddress, NameIndex } from './name-index.ts';

/** A network as one sandbox sees it. */
export interface VisibleNetwork {
  readonly id: string;
  readonly name: string;
  /** `alias` means, for this sandbox only, whatever the network knows as `name`. */
  readonly links: readonly { readonly name: string; readonly alias: string }[];
}

/**
 * The endpoints that a name means for a sandbox; none when it is no name of its networks. `web` is looked for
 * in every network, in order; `web.blue` first as a name of its own, then as `web` in the network `blue`
 * (both parts may have dots). Links come before names, and a name that a link uses is not looked for
 * in that network. `name` in lower case.
 */
export function resolveName(
  index: NameIndex,
  networks: readonly VisibleNetwork[],
  name: string,
): readonly NamedAddress[] {
  for (const [part, networkName] of splits(name)) {
    const asked = networks.filter(
      (network) => networkName === undefined || network.name.toLowerCase() === networkName,
    );
    for (const kind of ['link', 'name'] as const) {
      for (const network of asked) {
        const found = inNetwork(index, network, part, kind);
        if (found.length > 0) return found;
      }
    }
  }
  return [];
}

function inNetwork(
  index: NameIndex,
  { id, links }: VisibleNetwork,
  name: string,
  kind: 'link' | 'name',
): readonly NamedAddress[] {
  const link = links.find(({ alias }) => alias.toLowerCase() === name);
  if (kind === 'name') return link === undefined ? index.named(id, name) : [];
  return link === undefined ? [] : index.named(id, link.name.toLowerCase());
}

/** `a.b.c`: itself in any network, `a.b` in network `c`, `a` in network `b.c`. */
function splits(name: string): (readonly [name: string, network: string | undefined])[] {
  const result: (readonly [string, string | undefined])[] = [[name, undefined]];
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    result.push([name.slice(0, dot), name.slice(dot + 1)]);
  }
  return result;
}

/** `name.network` of what has the address in one of the networks. */
export function resolveAddress(
  index: NameIndex,
  networks: readonly VisibleNetwork[],
  address: string,
): string | undefined {
  for (const { id } of networks) {
    const found = index.at(id, address);
    if (found !== undefined) return `${found.names[0] ?? ''}.${found.networkName}`;
  }
  return undefined;
}
