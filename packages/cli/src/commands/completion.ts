import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { commandTable } from '../command-table/command-table.ts';
import { bashCompletion } from '../completion/bash.ts';
import { completionWords } from '../completion/completion-words.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { CommandError } from '../usage-error.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `berth completion SHELL` */
export async function printCompletion(context: CliContext, { args }: Invocation): Promise<number> {
  const shell = args[0] ?? '';
  if (!Object.hasOwn(shells, shell)) {
    throw new CommandError(`unknown shell: ${shell}: must be one of "bash", "zsh", "fish"`);
  }
  context.terminal.write(shells[shell as keyof typeof shells](completionWords(commandTable)));
  return 0;
}
