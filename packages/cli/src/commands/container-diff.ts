import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';

const kinds = ['C', 'A', 'D'] as const;

/** `berth diff` */
export async function showChanges(context: CliContext, { args }: Invocation): Promise<number> {
  const changes = await context.engine.containers.changes(args[0] ?? '');
  const lines = changes.map(({ Kind, Path }) => `${kinds[Kind ?? 0] ?? '?'} ${Path}\n`);
  if (lines.length > 0) context.terminal.write(lines.join(''));
  return 0;
}
