import type { ContainerSummary } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { containerSizes, manifestView, mountView } from './container-inspect.ts';
import { healthOf } from './health/health-monitor.ts';
import { commandLine } from './image-config-merge.ts';
import { type Filters, validateListFilters } from './list/list-filters.ts';
import { selectContainers } from './list/select-containers.ts';
import { endpointsView, portSummaries } from './network-settings.ts';
import { linkNames } from './start/links.ts';
import { statusText } from './status-text.ts';
import { parseTimestamp, secondsBetween } from './timestamp.ts';

export interface ListOptions {
  readonly all?: boolean;
  readonly limit?: number;
  readonly size?: boolean;
  readonly filters?: Filters;
}

/** What `ps` shows, newest first. */
export async function listContainers(
  context: ContainerContext,
  options: ListOptions,
): Promise<ContainerSummary[]> {
  const filters = options.filters ?? {};
  validateListFilters(filters);
  const last = (names: readonly string[] | undefined) => {
    const name = names?.at(-1);
    return name === undefined ? undefined : context.store.find(name);
  };
  const entries = selectContainers(context.store.visible(), {
    portsOf: ({ id }) => context.networks.sandbox(id)?.ports ?? {},
    all: options.all === true,
    limit: options.limit ?? 0,
    filters,
    ancestors: await ancestorsOf(context, filters.ancestor),
    before: last(filters.before),
    since: last(filters.since),
  });
  const imageNames = new Map<string, Promise<string>>();
  const shownImage = (entry: ContainerEntry): Promise<string> => {
    const { id, name } = entry.record.image;
    const key = `${id} ${name}`;
    const known = imageNames.get(key) ?? imageNameOf(context, id, name);
    imageNames.set(key, known);
    return known;
  };
  const links = linkNames(context);
  const summaries: Promise<ContainerSummary>[] = [];
  for (const entry of entries) {
    await loopTurn();
    const names = [`/${entry.name}`, ...(links.get(entry) ?? [])];
    const summary = summaryOf(context, entry, {
      names,
      image: await shownImage(entry),
      size: options.size === true,
    });
    // Told below.
    summary.catch(() => undefined);
    summaries.push(summary);
  }
  return await Promise.all(summaries);
}

/** The name that the user typed while it still means this image; else the image's ID. */
async function imageNameOf(context: ContainerContext, id: string, name: string): Promise<string> {
  if (name === id) return id;
  try {
    return (await context.images.resolve(name)).id === id ? name : id;
  } catch {
    return id;
  }
}

async function ancestorsOf(
  context: ContainerContext,
  names: readonly string[] | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (names === undefined || names.length === 0) return undefined;
  const ids = new Set<string>();
  for (const name of names) {
    try {
      ids.add((await context.images.resolve(name)).id);
    } catch (error) {
      if (!isEngineError(error)) throw error;
    }
  }
  return ids;
}

interface ShownAs {
  readonly names: string[];
  readonly image: string;
  readonly size: boolean;
}

async function summaryOf(
  context: ContainerContext,
  entry: ContainerEntry,
  { names, image, size }: ShownAs,
): Promise<ContainerSummary> {
  const { record, facts, state } = entry;
  const now = context.clock.nowNano();
  const sandbox = context.networks.sandbox(record.id);
  return {
    Id: record.id,
    Names: names,
    Image: image,
    ImageID: record.image.id,
    ImageManifestDescriptor: manifestView(record),
    Command: commandText(record.config),
    Created: Number(parseTimestamp(record.created) / 1_000_000_000n),
    Ports: entry.running ? portSummaries(sandbox?.ports ?? {}) : [],
    ...(size ? await containerSizes(context, record) : {}),
    Labels: record.config.Labels ?? {},
    State: state,
    Status: statusText({
      state,
      exitCode: facts.exitCode,
      health: healthOf(entry)?.Status,
      sinceStart: secondsBetween(parseTimestamp(facts.startedAt), now),
      sinceFinish: secondsBetween(parseTimestamp(facts.finishedAt), now),
    }),
    Health: healthSummary(entry),
    HostConfig: {
      NetworkMode: record.hostConfig.NetworkMode,
      ...(record.hostConfig.Annotations ? { Annotations: record.hostConfig.Annotations } : {}),
    },
    NetworkSettings: { Networks: endpointsView(record, sandbox?.endpoints) },
    Mounts: await Promise.all(record.mounts.map((mount) => mountView(context, mount))),
  };
}

/** `none` for a container that does not run or has no checks. */
function healthSummary(entry: ContainerEntry): ContainerSummary['Health'] {
  const health = entry.running ? healthOf(entry) : undefined;
  return { Status: health?.Status ?? 'none', FailingStreak: health?.FailingStreak ?? 0 };
}

function commandText(config: ContainerEntry['record']['config']): string {
  const { path, args } = commandLine(config);
  const quoted = args.map((word) => (word.includes(' ') ? `'${word}'` : word));
  return [path, ...quoted].join(' ');
}
