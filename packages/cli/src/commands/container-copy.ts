import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { parseCopy } from '../copy/copy-arguments.ts';
import { copyIn } from '../copy/copy-in.ts';
import { copyOut } from '../copy/copy-out.ts';

/** `berth cp` */
export async function copyFiles(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const [source = '', destination = ''] = args;
  const copy = parseCopy(source, destination);
  const options = {
    follow: flags.boolean('follow-link'),
    archive: flags.boolean('archive'),
    quiet: flags.boolean('quiet') || !context.terminal.errorIsTerminal,
  };
  await (copy.kind === 'out' ? copyOut : copyIn)(context, copy, options);
  return 0;
}
