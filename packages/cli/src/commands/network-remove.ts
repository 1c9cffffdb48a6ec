import { isApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { CommandError } from '../usage-error.ts';

/** `berth network rm`: goes on after a failure; with --force a missing network is none. */
export async function removeNetworks(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const failures: string[] = [];
  for (const name of args) {
    try {
      await context.engine.networks.remove(name);
      context.terminal.print(name);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (flags.boolean('force') && error.status === 404) continue;
      context.terminal.warn(error.message);
      failures.push(error.message);
    }
  }
  if (failures.length === 0) return 0;
  throw new CommandError('exit status 1', { about: failures.join('\n') });
}
