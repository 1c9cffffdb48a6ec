import { type EngineClient, isApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { CommandError } from '../usage-error.ts';
import { forEachArgument } from './for-each-argument.ts';

const atOnce = { atOnce: true } as const;

/** A name as the API wants it: names are shown with a slash in front by `inspect`. */
function containerName(name: string): string {
  if (name === '' || name === '/')
    throw new CommandError('invalid container name or ID: value is empty');
  return name.replace(/^\/+/, '');
}

type Action = (
  containers: EngineClient['containers'],
  name: string,
  invocation: Invocation,
) => Promise<void>;

function forEachContainer(action: Action) {
  return (context: CliContext, invocation: Invocation): Promise<number> =>
    forEachArgument(
      context,
      invocation.args,
      async (name) => action(context.engine.containers, containerName(name), invocation),
      atOnce,
    );
}

function stopParameters({ flags }: Invocation) {
  return {
    signal: flags.string('signal') || undefined,
    t: flags.has('timeout') ? flags.number('timeout') : undefined,
  };
}

export const stopContainers = forEachContainer((containers, name, invocation) =>
  containers.stop(name, stopParameters(invocation)),
);
export const restartContainers = forEachContainer((containers, name, invocation) =>
  containers.restart(name, stopParameters(invocation)),
);
export const pauseContainers = forEachContainer((containers, name) => containers.pause(name));
export const unpauseContainers = forEachContainer((containers, name) => containers.unpause(name));

/** `berth kill` */
export const killContainers = forEachContainer((containers, name, { flags }) =>
  containers.kill(name, { signal: flags.string('signal') || undefined }),
);

/** `berth wait`: prints exit codes in the order of the arguments. */
export function waitForContainers(context: CliContext, { args }: Invocation): Promise<number> {
  return forEachArgument(context, args, async (name) => {
    const result = await context.engine.containers.wait(containerName(name));
    return String(result.StatusCode);
  });
}

/** `berth rm`: with --force a container that does not exist is no failure. */
export async function removeContainers(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const force = flags.boolean('force');
  const parameters = {
    v: flags.boolean('volumes') || undefined,
    link: flags.boolean('link') || undefined,
    force: force || undefined,
  };
  return forEachArgument(
    context,
    args,
    async (name) => {
      try {
        await context.engine.containers.remove(containerName(name), parameters);
        return name;
      } catch (error) {
        if (!force || !isApiError(error, 404)) throw error;
        context.terminal.warn(error.message);
        return '';
      }
    },
    atOnce,
  );
}

/** `berth rename` */
export async function renameContainer(context: CliContext, { args }: Invocation): Promise<number> {
  const [from = '', to = ''] = args.map((name) => name.trim());
  if (from === '' || to === '') {
    throw new CommandError('Error: Neither old nor new names may be empty');
  }
  try {
    await context.engine.containers.rename(containerName(from), { name: to });
  } catch (error) {
    if (!isApiError(error)) throw error;
    context.terminal.warn(error.message);
    throw new CommandError(`Error: failed to rename container named ${from}`);
  }
  return 0;
}
