import type { ContainerSummary } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { containerTable, containerView, rawContainer } from '../format/container-view.ts';
import { usesColumn } from '../format/list-format.ts';
import { chosenFormat, printList } from './list-command.ts';

/** `berth ps` */
export async function listContainers(context: CliContext, { flags }: Invocation): Promise<number> {
  const view = containerView(!flags.boolean('no-trunc'));
  const wanted = flags.boolean('size');
  const format = chosenFormat(context, flags, {
    table: containerTable(wanted),
    quiet: '{{.ID}}',
    raw: wanted ? `${rawContainer}size: {{.Size}}\n` : rawContainer,
    configured: context.config.psFormat,
  });
  const uses = flags.string('format') !== '' && usesColumn(view, flags.string('format'), 'Size');
  const size = wanted || (uses && !flags.boolean('quiet') && !flags.has('size'));
  const last = flags.number('last');
  const limit = flags.boolean('latest') && last === -1 ? 1 : last;
  const containers = await context.engine.json<ContainerSummary[]>('GET', '/containers/json', {
    query: {
      all: flags.boolean('all') || undefined,
      limit: limit > 0 ? limit : undefined,
      size: size || undefined,
      filters: Object.keys(flags.filter('filter')).length > 0 ? flags.filter('filter') : undefined,
    },
  });
  printList(context, view, containers, format);
  return 0;
}
