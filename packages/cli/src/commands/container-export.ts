import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { checkArchiveTarget, writeArchive } from './write-archive.ts';

/** `berth export` */
export async function exportContainer(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const path = flags.string('output');
  checkArchiveTarget(context, path, 'export container');
  await writeArchive(context, await context.engine.containers.export(args[0] ?? ''), path);
  return 0;
}
