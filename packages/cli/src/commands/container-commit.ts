import { parseReference } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { splitImageName } from '../format/image-name.ts';

/** `berth commit` */
export async function commitContainer(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  if (args[1]) parseReference(args[1]);
  const { repository, tag } = splitImageName(args[1] ?? '');
  const { Id } = await context.engine.images.commit({
    container: args[0],
    repo: repository || undefined,
    tag: tag || undefined,
    comment: flags.string('message') || undefined,
    author: flags.string('author') || undefined,
    changes: flags.list('change'),
    pause: flags.boolean('pause'),
    body: {},
  });
  context.terminal.print(Id);
  return 0;
}
