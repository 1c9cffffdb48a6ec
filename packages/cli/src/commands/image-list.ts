import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import {
  imageRows,
  imageTable,
  imageTableWithDigests,
  imageView,
  rawImage,
} from '../format/image-view.ts';
import { CommandError } from '../usage-error.ts';
import { printImageTree } from './image-tree.ts';
import { chosenFormat, printList } from './list-command.ts';

/** `berth images` */
export async function listImages(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const digests = flags.boolean('digests');
  const filters: Record<string, readonly string[]> = { ...flags.filter('filter') };
  if (args[0] !== undefined) filters.reference = [args[0]];
  if (flags.boolean('tree')) checkTree(flags);
  const found = await context.engine.images.list({
    all: flags.boolean('all') || undefined,
    filters,
    manifests: flags.boolean('tree') || undefined,
  });
  const images = found.toSorted((a, b) => (b.Created ?? 0) - (a.Created ?? 0));
  if (flags.boolean('tree')) {
    printImageTree(context, images);
    return 0;
  }
  const format = chosenFormat(context, flags, {
    table: digests ? imageTableWithDigests : imageTable,
    quiet: '{{.ID}}',
    raw: rawImage(digests),
    configured: context.config.imagesFormat,
  });
  const rows = imageRows(images, digests || format.includes('{{.Digest}}'));
  await printList(context, imageView(!flags.boolean('no-trunc')), rows, format);
  return 0;
}

function checkTree(flags: Invocation['flags']): void {
  const conflicts = {
    quiet: '--quiet',
    digests: '--digests',
    'no-trunc': '--no-trunc',
    format: '--format',
  };
  for (const [name, shown] of Object.entries(conflicts)) {
    if (!flags.has(name)) continue;
    throw new CommandError(`${shown} is not yet supported with --tree`);
  }
}
