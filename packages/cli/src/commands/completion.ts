import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { bashScript, fishScript, zshScript } from '../completion/scripts.ts';
import { CommandError } from '../usage-error.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** `berth completion SHELL` */
export async function printCompletion(context: CliContext, { args }: Invocation): Promise<number> {
  const shell = args[0] ?? '';
  if (!Object.hasOwn(scripts, shell)) {
    throw new CommandError(`unknown shell: ${shell}: must be one of "bash", "zsh", "fish"`);
  }
  context.terminal.write(scripts[shell as keyof typeof scripts]);
  return 0;
}
