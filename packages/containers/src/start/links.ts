import { engineError } from '@berth/errors';
import type { LinkRequest } from '@berth/networks';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import type { ContainerRecord } from '../container-record.ts';

/** A container that another is linked to on the default bridge (`--link name:alias`), as it now runs. */
export interface LinkedContainer {
  readonly name: string;
  readonly alias: string;
  readonly hostname: string;
  /** On the default bridge. */
  readonly address: string;
  /** Exposed ports, `80/tcp`. */
  readonly ports: readonly string[];
  readonly env: readonly string[];
}

/** `name:alias`, or `name`; Docker also writes `/name:/self/alias`. */
export function parseContainerLink(link: string): {
  readonly name: string;
  readonly alias: string;
} {
  const [name = '', alias = name, ...rest] = link.split(':');
  if (name === '' || rest.length > 0) {
    throw engineError('containers.invalid-config', { reason: `bad format for links: ${link}` });
  }
  return { name: name.replace(/^\//, ''), alias: alias.split('/').at(-1) ?? alias };
}

/**
 * Links as they are kept: `<full id>:alias`, so that a rename of the peer changes nothing. Those to containers
 * that do not exist are refused.
 */
export function resolveLinks(context: ContainerContext, links: readonly string[]): string[] {
  return links.map((link) => {
    const { name, alias } = parseContainerLink(link);
    const peer = context.store.tryFind(name);
    if (peer === undefined) {
      throw refused(`could not get container for ${name}: No such container: ${name}`);
    }
    if ((peer.record.hostConfig.NetworkMode ?? '') === 'host') {
      throw refused(
        "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
      );
    }
    return `${peer.id}:${link.includes(':') ? alias : peer.name}`;
  });
}

function refused(reason: string): Error {
  return engineError('containers.invalid-config', { reason });
}

/** Links as inspect shows them, `/db:/web/alias`; those to containers that are gone are left out. */
export function linksView(
  context: ContainerContext,
  { name, hostConfig }: ContainerRecord,
): string[] | null {
  const links = (hostConfig.Links ?? []).flatMap((link) => {
    const { name: id, alias } = parseContainerLink(link);
    const peer = context.store.get(id);
    return peer === undefined ? [] : [`/${peer.name}:/${name}/${alias}`];
  });
  return links.length > 0 ? links : null;
}

/** `rm --link web/alias`: takes the link away; the container that it led to stays. */
export function removeLink(context: ContainerContext, path: string): void {
  const [parent = '', alias = ''] = path.replace(/^\//, '').split('/');
  if (alias === '') throw engineError('containers.remove-link', {});
  const linker = context.store.tryFind(parent);
  const links = linker?.record.hostConfig.Links ?? [];
  const kept = links.filter((link) => parseContainerLink(link).alias !== alias);
  if (linker === undefined || kept.length === links.length) {
    throw engineError('containers.no-such-link', {
      parent: `/${parent}`,
      path: `/${parent}/${alias}`,
    });
  }
  context.store.update(linker, { hostConfig: { ...linker.record.hostConfig, Links: kept } });
}

/** The peers of a container on the default bridge; elsewhere links are names of the network. */
export function linkedContainers(
  context: ContainerContext,
  record: ContainerRecord,
): LinkedContainer[] {
  return peersOf(context, record).map(({ peer, alias }) =>
    linkedContainer(context, record, peer, alias),
  );
}

/** As `linkedContainers`, without those that do not run now. */
export function runningLinks(
  context: ContainerContext,
  record: ContainerRecord,
): LinkedContainer[] {
  return peersOf(context, record)
    .filter(({ peer }) => peer.running && addressOf(context, peer) !== '')
    .map(({ peer, alias }) => linkedContainer(context, record, peer, alias));
}

interface Peer {
  readonly peer: ContainerEntry;
  readonly alias: string;
}

function peersOf(context: ContainerContext, { hostConfig }: ContainerRecord): Peer[] {
  if ((hostConfig.NetworkMode ?? '') !== 'bridge') return [];
  return (hostConfig.Links ?? []).flatMap((link) => {
    const { name: id, alias } = parseContainerLink(link);
    const peer = context.store.get(id);
    return peer === undefined ? [] : [{ peer, alias }];
  });
}

function linkedContainer(
  context: ContainerContext,
  record: ContainerRecord,
  peer: ContainerEntry,
  alias: string,
): LinkedContainer {
  const address = addressOf(context, peer);
  if (!peer.running || address === '') {
    throw engineError('containers.link-not-running', { peer: peer.name, name: record.name, alias });
  }
  const { config } = peer.record;
  return {
    ...{ name: peer.name, alias, address },
    hostname: config.Hostname ?? '',
    ports: Object.keys(config.ExposedPorts ?? {}).map((port) =>
      port.includes('/') ? port : `${port}/tcp`,
    ),
    env: config.Env ?? [],
  };
}

function addressOf(context: ContainerContext, peer: ContainerEntry): string {
  return context.networks.sandbox(peer.id)?.endpoints.bridge?.IPAddress ?? '';
}

/** What the network has to know of the links. */
export function linkRequests(context: ContainerContext, record: ContainerRecord): LinkRequest[] {
  return linkedContainers(context, record).map(linkRequest);
}

function linkRequest({ name, alias, address, hostname, ports }: LinkedContainer): LinkRequest {
  return { name, alias, address, hostname, ports };
}

/** Environment variables about the peers, as Docker sets them: `DB_PORT_5432_TCP_ADDR` and so on. */
export function linkEnvironment(name: string, links: readonly LinkedContainer[]): string[] {
  return links.flatMap((link) => {
    const prefix = link.alias.replaceAll('-', '_').toUpperCase();
    const ports = [...link.ports].sort(byPort);
    const lines = ports.flatMap((port) => portVariables(prefix, link.address, port));
    const [first] = ports;
    const env = link.env.filter((entry) => !/^(HOME|PATH)=/.test(entry) && entry.includes('='));
    return [
      ...(first === undefined ? [] : [`${prefix}_PORT=${url(link.address, first)}`]),
      ...lines,
      `${prefix}_NAME=/${name}/${link.alias}`,
      ...env.map((entry) => `${prefix}_ENV_${entry}`),
    ];
  });
}

function portVariables(prefix: string, address: string, port: string): string[] {
  const [number = '', protocol = 'tcp'] = port.split('/');
  const key = `${prefix}_PORT_${number}_${protocol.toUpperCase()}`;
  return [
    `${key}=${url(address, port)}`,
    `${key}_ADDR=${address}`,
    `${key}_PORT=${number}`,
    `${key}_PROTO=${protocol}`,
  ];
}

function url(address: string, port: string): string {
  const [number = '', protocol = 'tcp'] = port.split('/');
  return `${protocol}://${address}:${number}`;
}

/** The lowest port is the main one; tcp comes before udp. */
function byPort(a: string, b: string): number {
  const [first = '', protocolA = ''] = a.split('/');
  const [second = '', protocolB = ''] = b.split('/');
  return Number(first) - Number(second) || protocolA.localeCompare(protocolB);
}

/**
 * Follow a container that was started in the /etc/hosts of those linked to it: its address may be another one
 * now.
 */
export async function updateLinkers(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<void> {
  const address = addressOf(context, entry);
  if (address === '') return;
  for (const linker of context.store.visible()) {
    if (!linker.running) continue;
    if (!peersOf(context, linker.record).some(({ peer }) => peer === entry)) continue;
    try {
      await context.networks.updateLinks(
        linker.id,
        runningLinks(context, linker.record).map(linkRequest),
      );
    } catch (error) {
      context.reportError(error, `following ${entry.name} in the links of ${linker.name}`);
    }
  }
}

/** The other names under which containers are known: one for each link to them. */
export function linkNames(
  context: ContainerContext,
): ReadonlyMap<ContainerEntry, readonly string[]> {
  const names = new Map<ContainerEntry, string[]>();
  for (const linker of context.store.visible()) {
    for (const { peer, alias } of peersOf(context, linker.record)) {
      const known = names.get(peer) ?? [];
      names.set(peer, [...known, `/${linker.name}/${alias}`]);
    }
  }
  return names;
}
