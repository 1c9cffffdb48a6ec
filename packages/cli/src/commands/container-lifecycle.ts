import { isApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { CommandError } from '../usage-error.ts';
import { forEachArgument } from './for-each-argument.ts';

const atOnce = { atOnce: true } as const;

function containerPath(name: string): string {
  if (name === '' || name === '/')
    throw new CommandError('invalid container name or ID: value is empty');
  return `/containers/${encodeURIComponent(name.replace(/^\/+/, ''))}`;
}

function post(action: string) {
  return (context: CliContext, invocation: Invocation): Promise<number> =>
    forEachArgument(
      context,
      invocation.args,
      async (name) => {
        const query = action === 'stop' || action === 'restart' ? stopQuery(invocation) : {};
        await context.engine.json('POST', `${containerPath(name)}/${action}`, { query });
      },
      atOnce,
    );
}

function stopQuery({ flags }: Invocation) {
  return {
    signal: flags.string('signal') || undefined,
    t: flags.has('timeout') ? flags.number('timeout') : undefined,
  };
}

export const stopContainers = post('stop');
export const restartContainers = post('restart');
export const pauseContainers = post('pause');
export const unpauseContainers = post('unpause');

/** `berth kill` */
export function killContainers(context: CliContext, { flags, args }: Invocation): Promise<number> {
  return forEachArgument(
    context,
    args,
    async (name) => {
      const query = { signal: flags.string('signal') || undefined };
      await context.engine.json('POST', `${containerPath(name)}/kill`, { query });
    },
    atOnce,
  );
}

/** `berth wait`: prints exit codes in the order of the arguments. */
export function waitForContainers(context: CliContext, { args }: Invocation): Promise<number> {
  return forEachArgument(context, args, async (name) => {
    const path = `${containerPath(name)}/wait`;
    const result = await context.engine.json<{ StatusCode: number }>('POST', path);
    return String(result.StatusCode);
  });
}

/** `berth rm`: with --force a container that does not exist is no failure. */
export async function removeContainers(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const force = flags.boolean('force');
  const query = {
    v: flags.boolean('volumes') || undefined,
    link: flags.boolean('link') || undefined,
    force: force || undefined,
  };
  return forEachArgument(
    context,
    args,
    async (name) => {
      try {
        await context.engine.json('DELETE', containerPath(name), { query });
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
    await context.engine.json('POST', `${containerPath(from)}/rename`, { query: { name: to } });
  } catch (error) {
    if (!isApiError(error)) throw error;
    context.terminal.warn(error.message);
    throw new CommandError(`Error: failed to rename container named ${from}`);
  }
  return 0;
}
