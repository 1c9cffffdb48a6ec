import type { ContainerEntry } from '../container-entry.ts';
import type { ContainerStore } from '../container-store.ts';

/** The containers whose namespaces the container joins, or that it links to: they have to run before it starts. */
export function peersOf(
  entry: ContainerEntry,
  store: Pick<ContainerStore, 'tryFind'>,
): ContainerEntry[] {
  const { NetworkMode, IpcMode, PidMode, Links } = entry.record.hostConfig;
  const joined = [NetworkMode, IpcMode, PidMode].map(
    (mode) => /^container:(.+)$/.exec(mode ?? '')?.[1],
  );
  const linked = (Links ?? []).map((link) => link.split(':')[0]);
  return [...joined, ...linked].flatMap((name) => {
    const peer = name ? store.tryFind(name) : undefined;
    return peer === undefined || peer === entry ? [] : [peer];
  });
}

/** The same entries, each behind its peers among them; in a circle the order is as given. */
export function peersFirst(
  entries: readonly ContainerEntry[],
  store: Pick<ContainerStore, 'tryFind'>,
): ContainerEntry[] {
  const wanted = new Set(entries);
  const seen = new Set<ContainerEntry>();
  const ordered: ContainerEntry[] = [];
  const visit = (entry: ContainerEntry): void => {
    if (!wanted.has(entry) || seen.has(entry)) return;
    seen.add(entry);
    for (const peer of peersOf(entry, store)) visit(peer);
    ordered.push(entry);
  };
  for (const entry of entries) visit(entry);
  return ordered;
}
