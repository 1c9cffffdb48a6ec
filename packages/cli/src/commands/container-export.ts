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
  const name = encodeURIComponent(args[0] ?? '');
  const { body } = await context.engine.stream('GET', `/containers/${name}/export`);
  await writeArchive(context, body, path);
  return 0;
}
