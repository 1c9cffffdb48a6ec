import type { ContainerSummary } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { containerTable, containerView, rawContainer } from '../format/container-view.ts';
import type { ListView } from '../format/plain-table.ts';
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
  const uses = flags.string('format') !== '' && (await usesSize(view, flags.string('format')));
  const size = wanted || (uses && !flags.boolean('quiet') && !flags.has('size'));
  const query = listQuery(flags, size);
  const read = () => context.engine.containers.list(query);
  if (flags.boolean('watch')) {
    const { watchObjects } = await import('./watch-objects.ts');
    const { formatList } = await import('../format/list-format.ts');
    return watchObjects(context, 'container', async () =>
      formatList(view, await read(), { format }),
    );
  }
  await printList(context, view, await read(), format);
  return 0;
}

async function usesSize(view: ListView<ContainerSummary>, format: string): Promise<boolean> {
  const { usesColumn } = await import('../format/list-format.ts');
  return usesColumn(view, format, 'Size');
}

function listQuery(flags: ParsedFlags, size: boolean) {
  const last = flags.number('last');
  const limit = flags.boolean('latest') && last === -1 ? 1 : last;
  return {
    all: flags.boolean('all') || undefined,
    limit: limit > 0 ? limit : undefined,
    size: size || undefined,
    filters: flags.filter('filter'),
  };
}
