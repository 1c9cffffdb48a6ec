import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { platformQuery } from '../container-options/platform-option.ts';
import { checkArchiveTarget, writeArchive } from './write-archive.ts';

/** `berth save` */
export async function saveImages(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const path = flags.string('output');
  checkArchiveTarget(context, path, 'save image');
  const body = await context.engine.images.saveAll({
    names: args,
    platform: flags
      .list('platform')
      .flatMap((text) => platformQuery(text, 'invalid platform: ') ?? []),
  });
  await writeArchive(context, body, path);
  return 0;
}
