import type { PortMap } from '@berth/engine-api';
import type { ContainerEntry } from '../container-entry.ts';
import type { ContainerRecord } from '../container-record.ts';
import { healthOf } from '../health/health-monitor.ts';
import {
  type Filters,
  matchesLabels,
  matchesPattern,
  matchesPorts,
  parsePortRange,
} from './list-filters.ts';

/** Filters whose values have been looked up: images, and the containers of `before` and `since`. */
export interface Selection {
  readonly all: boolean;
  readonly limit: number;
  readonly filters: Filters;
  /** Image IDs of `ancestor`; undefined when it is not filtered by. */
  readonly ancestors: ReadonlySet<string> | undefined;
  /** Position in creation order: only containers made before, or after. */
  readonly before: ContainerEntry | undefined;
  readonly since: ContainerEntry | undefined;
  /** Published ports of a container while it runs. */
  readonly portsOf: (entry: ContainerEntry) => PortMap;
}

/** The wanted containers, newest first. `entries` is in order of creation. */
export function selectContainers(
  entries: readonly ContainerEntry[],
  selection: Selection,
): ContainerEntry[] {
  const { before, since, limit } = selection;
  const newestFirst = [...entries].reverse();
  const from = before === undefined ? 0 : newestFirst.indexOf(before) + 1;
  const to = since === undefined ? newestFirst.length : newestFirst.indexOf(since);
  const wanted = newestFirst.slice(from, to).filter((entry) => matches(entry, selection));
  return limit > 0 ? wanted.slice(0, limit) : wanted;
}

function matches(entry: ContainerEntry, selection: Selection): boolean {
  const { filters, ancestors, all, limit, before, since } = selection;
  const { record, state } = entry;
  const running = entry.running || state === 'restarting';
  const statusGiven = (filters.status ?? []).length > 0;
  const everyState = all || limit > 0 || statusGiven || before !== undefined || since !== undefined;
  if (!running && !everyState && (filters.exited ?? []).length === 0) return false;
  return (
    matchesName(filters.name, record) &&
    matchesPattern(prefixes(filters.id), record.id) &&
    matchesLabels(filters.label, record.config.Labels ?? {}) &&
    (!statusGiven || (filters.status ?? []).includes(state)) &&
    matchesExit(filters.exited, entry, running) &&
    (ancestors === undefined || ancestors.has(record.image.id)) &&
    matchesVolume(filters.volume, record) &&
    matchesNetwork(filters.network, record) &&
    matchesPortFilters(entry, selection) &&
    matchesHealth(filters.health, entry) &&
    matchesFixed(filters)
  );
}

/** With and without the leading slash, as a pattern that is anchored at `/` means the whole name. */
function matchesName(patterns: readonly string[] | undefined, record: ContainerRecord): boolean {
  return matchesPattern(patterns, `/${record.name}`) || matchesPattern(patterns, record.name);
}

function prefixes(ids: readonly string[] | undefined): readonly string[] | undefined {
  return ids?.map((id) => (/^[0-9a-f]+$/.test(id) ? `^${id}` : id));
}

function matchesExit(
  codes: readonly string[] | undefined,
  entry: ContainerEntry,
  running: boolean,
): boolean {
  if (codes === undefined || codes.length === 0) return true;
  const ended = !running && entry.state !== 'created';
  return ended && codes.includes(String(entry.facts.exitCode));
}

function matchesVolume(names: readonly string[] | undefined, record: ContainerRecord): boolean {
  if (names === undefined || names.length === 0) return true;
  return record.mounts.some((mount) =>
    names.some((name) => [mount.name, mount.source, mount.destination].includes(name)),
  );
}

function matchesNetwork(names: readonly string[] | undefined, record: ContainerRecord): boolean {
  if (names === undefined || names.length === 0) return true;
  const known = record.facts.network?.endpoints ?? {};
  const attached = new Set<string>([
    ...Object.keys(record.endpoints),
    ...Object.keys(known),
    ...(Object.keys(record.endpoints).length === 0 ? [record.hostConfig.NetworkMode ?? ''] : []),
  ]);
  const ids = Object.values(known).flatMap((endpoint) => endpoint.NetworkID ?? []);
  return names.some((name) => attached.has(name) || ids.some((id) => id.startsWith(name)));
}

function matchesPortFilters(entry: ContainerEntry, { filters, portsOf }: Selection): boolean {
  if (filters.publish === undefined && filters.expose === undefined) return true;
  const published = (filters.publish ?? []).map((text) => parsePortRange('publish', text));
  const exposed = (filters.expose ?? []).map((text) => parsePortRange('expose', text));
  const hostPorts = Object.entries(entry.running ? portsOf(entry) : {}).flatMap(([key, bindings]) =>
    (bindings ?? []).map(({ HostPort }) => `${HostPort}/${key.split('/')[1] ?? 'tcp'}`),
  );
  return (
    (published.length === 0 || matchesPorts(published, hostPorts)) &&
    (exposed.length === 0 ||
      matchesPorts(exposed, Object.keys(entry.record.config.ExposedPorts ?? {})))
  );
}

function matchesHealth(wanted: readonly string[] | undefined, entry: ContainerEntry): boolean {
  if (wanted === undefined || wanted.length === 0) return true;
  return wanted.includes(healthOf(entry)?.Status ?? 'none');
}

/** Filters on what no container of this version has: services' tasks, isolation. */
function matchesFixed(filters: Filters): boolean {
  const task = filters['is-task'] ?? [];
  const isolation = filters.isolation ?? [];
  return (
    (task.length === 0 || task.some((value) => value === 'false' || value === '0')) &&
    (isolation.length === 0 || isolation.includes('') || isolation.includes('default'))
  );
}
