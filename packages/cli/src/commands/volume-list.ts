import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { volumeView } from '../format/volume-view.ts';
import { chosenFormat, printList } from './list-command.ts';

/** `berth volume ls` */
export async function listVolumes(context: CliContext, { flags }: Invocation): Promise<number> {
  const filters = flags.filter('filter');
  const format = chosenFormat(context, flags, {
    table: 'table {{.Driver}}\t{{.Name}}',
    quiet: '{{.Name}}',
    raw: 'name: {{.Name}}\ndriver: {{.Driver}}\n',
    configured: context.config.volumesFormat,
  });
  const { Volumes } = await context.engine.volumes.list({ filters });
  const volumes = [...(Volumes ?? [])].sort((a, b) => naturalOrder(a.Name ?? '', b.Name ?? ''));
  await printList(context, volumeView, volumes, format);
  return 0;
}
