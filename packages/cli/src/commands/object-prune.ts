import type {
  ContainerPruneResponse,
  ImagePruneResponse,
  NetworkPruneResponse,
  VolumePruneResponse,
} from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import type { FilterValues } from '../flags/flag-types.ts';
import { decimalSize } from '../format/sizes.ts';
import { confirm } from '../terminal/confirm.ts';
import { CommandError } from '../usage-error.ts';

export interface PruneReport {
  readonly text: string;
  readonly bytes: number;
}

type Filters = Record<string, readonly string[]>;

/** A heading and the names below it, or nothing when nothing was removed. */
function listed(heading: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${heading}:\n${names.map((name) => `${name}\n`).join('')}`;
}

async function post<T>(context: CliContext, kind: string, filters: FilterValues): Promise<T> {
  const query = { filters: Object.keys(filters).length > 0 ? filters : undefined };
  return context.engine.json<T>('POST', `/${kind}/prune`, { query });
}

export async function removeStoppedContainers(
  context: CliContext,
  filters: FilterValues,
): Promise<PruneReport> {
  const answer = await post<ContainerPruneResponse>(context, 'containers', filters);
  const removed = answer.ContainersDeleted ?? [];
  return { text: listed('Deleted Containers', removed), bytes: answer.SpaceReclaimed ?? 0 };
}

export async function removeUnusedNetworks(
  context: CliContext,
  filters: FilterValues,
): Promise<PruneReport> {
  const answer = await post<NetworkPruneResponse>(context, 'networks', filters);
  return { text: listed('Deleted Networks', answer.NetworksDeleted ?? []), bytes: 0 };
}

export async function removeUnusedVolumes(
  context: CliContext,
  filters: FilterValues,
): Promise<PruneReport> {
  const answer = await post<VolumePruneResponse>(context, 'volumes', filters);
  return {
    text: listed('Deleted Volumes', answer.VolumesDeleted ?? []),
    bytes: answer.SpaceReclaimed ?? 0,
  };
}

export async function removeUnusedImages(
  context: CliContext,
  filters: FilterValues,
  all: boolean,
): Promise<PruneReport> {
  const answer = await post<ImagePruneResponse>(context, 'images', {
    ...filters,
    dangling: [String(!all)],
  });
  const lines = (answer.ImagesDeleted ?? []).map((item) =>
    item.Untagged ? `untagged: ${item.Untagged}` : `deleted: ${item.Deleted ?? ''}`,
  );
  return { text: listed('Deleted Images', lines), bytes: answer.SpaceReclaimed ?? 0 };
}

/** Asks unless --force was given; a refusal ends the command without a word. */
async function confirmed(
  context: CliContext,
  { flags }: Invocation,
  warning: string,
): Promise<void> {
  if (flags.boolean('force')) return;
  if (await confirm(context.terminal, `WARNING! ${warning}\nAre you sure you want to continue?`))
    return;
  throw new CommandError('', { exitCode: 0 });
}

function print(context: CliContext, report: PruneReport): number {
  if (report.text !== '') context.terminal.print(report.text);
  context.terminal.print(`Total reclaimed space: ${decimalSize(report.bytes)}`);
  return 0;
}

export async function pruneContainers(
  context: CliContext,
  invocation: Invocation,
): Promise<number> {
  await confirmed(context, invocation, 'This will remove all stopped containers.');
  return print(context, await removeStoppedContainers(context, invocation.flags.filter('filter')));
}

export async function pruneNetworks(context: CliContext, invocation: Invocation): Promise<number> {
  const warning = 'This will remove all custom networks not used by at least one container.';
  await confirmed(context, invocation, warning);
  const report = await removeUnusedNetworks(context, invocation.flags.filter('filter'));
  if (report.text !== '') context.terminal.print(report.text);
  return 0;
}

export async function pruneVolumes(context: CliContext, invocation: Invocation): Promise<number> {
  const all = invocation.flags.boolean('all');
  const filters: Filters = { ...invocation.flags.filter('filter') };
  if (all && filters.all !== undefined) {
    throw new CommandError('conflicting options: cannot specify both --all and --filter all=1');
  }
  const what = all ? 'all local volumes' : 'anonymous local volumes';
  await confirmed(
    context,
    invocation,
    `This will remove ${what} not used by at least one container.`,
  );
  if (all) filters.all = ['true'];
  return print(context, await removeUnusedVolumes(context, filters));
}

export async function pruneImages(context: CliContext, invocation: Invocation): Promise<number> {
  const all = invocation.flags.boolean('all');
  const warning = all
    ? 'This will remove all images without at least one container associated to them.'
    : 'This will remove all dangling images.';
  await confirmed(context, invocation, warning);
  return print(context, await removeUnusedImages(context, invocation.flags.filter('filter'), all));
}
