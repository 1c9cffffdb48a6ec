import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { forEachArgument } from './for-each-argument.ts';

/** `berth volume rm` */
export function removeVolumes(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const parameters = { force: flags.boolean('force') || undefined };
  return forEachArgument(context, args, async (name) => {
    await context.engine.volumes.remove(name, parameters);
  });
}
