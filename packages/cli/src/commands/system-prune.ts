import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { decimalSize } from '../format/sizes.ts';
import { confirm } from '../terminal/confirm.ts';
import { CommandError } from '../usage-error.ts';
import {
  removeStoppedContainers,
  removeUnusedImages,
  removeUnusedNetworks,
  removeUnusedVolumes,
} from './object-prune.ts';

/** `berth system prune`: containers first, so that what they used becomes unused. */
export async function pruneSystem(context: CliContext, { flags }: Invocation): Promise<number> {
  const volumes = flags.boolean('volumes');
  const all = flags.boolean('all');
  const filters = flags.filter('filter');
  if (volumes && filters.until !== undefined) {
    throw new CommandError('ERROR: The "until" filter is not supported with "--volumes"');
  }
  if (!flags.boolean('force') && !(await confirm(context.terminal, question(volumes, all)))) {
    return 0;
  }
  const steps = [
    () => removeStoppedContainers(context, filters),
    () => removeUnusedNetworks(context, filters),
    ...(volumes ? [() => removeUnusedVolumes(context, filters)] : []),
    () => removeUnusedImages(context, filters, all),
  ];
  let bytes = 0;
  for (const step of steps) {
    const report = await step();
    bytes += report.bytes;
    if (report.text !== '') context.terminal.print(report.text);
  }
  context.terminal.print(`Total reclaimed space: ${decimalSize(bytes)}`);
  return 0;
}

function question(volumes: boolean, all: boolean): string {
  const parts = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
  ];
  const list = parts.map((part) => `  - ${part}`).join('\n');
  return `WARNING! This will remove:\n${list}\n\nAre you sure you want to continue?`;
}
