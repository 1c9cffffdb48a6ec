import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { alignTabs } from '../format/tab-writer.ts';

/** `berth top` */
export async function showProcesses(context: CliContext, { args }: Invocation): Promise<number> {
  const [name = '', ...options] = args;
  const top = await context.engine.containers.top(name, {
    ps_args: options.length > 0 ? options.join(' ') : undefined,
  });
  const lines = [top.Titles ?? [], ...(top.Processes ?? [])].map((cells) => cells.join('\t'));
  context.terminal.write(alignTabs(`${lines.join('\n')}\n`, { minWidth: 20, padding: 3 }));
  return 0;
}
