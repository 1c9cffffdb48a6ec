import { ApiError, isApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { platformQuery } from '../container-options/platform-option.ts';
import { CommandError } from '../usage-error.ts';

/** `berth rmi`: with --force an image that does not exist is no failure. */
export async function removeImages(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const parameters = {
    force: flags.boolean('force') || undefined,
    noprune: flags.boolean('no-prune') || undefined,
    platforms: flags.list('platform').flatMap((text) => platformQuery(text) ?? []),
  };
  const failures: string[] = [];
  let fatal = false;
  for (const name of args) {
    try {
      for (const item of await context.engine.images.remove(name, parameters)) {
        context.terminal.print(
          item.Deleted ? `Deleted: ${item.Deleted}` : `Untagged: ${item.Untagged ?? ''}`,
        );
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures.push(error.message);
      if (!isApiError(error, 404)) fatal = true;
    }
  }
  if (failures.length === 0) return 0;
  if (fatal || !flags.boolean('force')) throw new CommandError(failures.join('\n'));
  context.terminal.warn(failures.join('\n'));
  return 0;
}
