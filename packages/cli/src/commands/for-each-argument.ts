import { ApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import { CommandError } from '../usage-error.ts';

/**
 * Does one thing for each argument and prints the argument, or the text that `action` returns. Refusals are
 * thrown as one CommandError after the rest, so that they are printed last and make the exit code 1.
 */
export async function forEachArgument(
  context: CliContext,
  args: readonly string[],
  action: (argument: string) => Promise<unknown>,
  options: { readonly atOnce?: boolean } = {},
): Promise<number> {
  const run = async (argument: string): Promise<string | undefined> => {
    try {
      const text = await action(argument);
      if (text !== '') context.terminal.print(typeof text === 'string' ? text : argument);
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
  };
  const failures: (string | undefined)[] = [];
  if (options.atOnce) failures.push(...(await Promise.all(args.map(run))));
  else for (const argument of args) failures.push(await run(argument));
  const texts = failures.filter((text) => text !== undefined);
  if (texts.length === 0) return 0;
  // One error for all of them: it is printed as it is, and a hint may follow.
  throw new CommandError(texts.join('\n'));
}
