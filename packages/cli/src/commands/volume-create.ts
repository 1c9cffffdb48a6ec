import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { pairsToMap } from '../container-options/key-value-file.ts';
import { CommandError } from '../usage-error.ts';

/** `berth volume create` */
export async function createVolume(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  if (args[0] !== undefined && flags.string('name') !== '') {
    throw new CommandError(
      'conflicting options: cannot specify a volume-name through both --name and as a positional arg',
    );
  }
  const volume = await context.engine.volumes.create({
    Driver: flags.string('driver'),
    DriverOpts: flags.map('opt'),
    Labels: pairsToMap(flags.list('label')),
    Name: args[0] ?? flags.string('name'),
  });
  context.terminal.print(volume.Name ?? '');
  return 0;
}
