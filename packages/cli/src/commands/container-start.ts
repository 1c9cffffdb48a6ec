import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { attachStreams } from '../streams/attached-streams.ts';
import { watchExit } from '../streams/container-exit.ts';
import { proxySignals } from '../streams/signal-proxy.ts';
import { followTerminalSize } from '../streams/terminal-size.ts';
import { CommandError } from '../usage-error.ts';

/** `berth start` */
export async function startContainers(
  context: CliContext,
  invocation: Invocation,
): Promise<number> {
  const { flags, args } = invocation;
  const attached = flags.boolean('attach') || flags.boolean('interactive');
  if (attached && args.length > 1) {
    throw new CommandError('you cannot start and attach multiple containers at once');
  }
  if (attached) return startAttached(context, invocation);
  if (flags.string('checkpoint') !== '') {
    if (args.length > 1) throw new CommandError('you cannot restore multiple containers at once');
    await start(context, args[0] ?? '', invocation);
    return 0;
  }
  return startAll(context, invocation);
}

async function startAll(context: CliContext, invocation: Invocation): Promise<number> {
  const failed: string[] = [];
  const reasons: string[] = [];
  for (const name of invocation.args) {
    try {
      await start(context, name, invocation);
      context.terminal.print(name);
    } catch (error) {
      if (invocation.args.length === 1 && !isRefusal(error)) throw error;
      context.terminal.warn((error as Error).message);
      failed.push(name);
      reasons.push((error as Error).message);
    }
  }
  if (failed.length === 0) return 0;
  throw new CommandError(`Error: failed to start containers: ${failed.join(', ')}`, {
    about: reasons.join('\n'),
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ApiError';
}

async function start(context: CliContext, name: string, { flags }: Invocation): Promise<void> {
  await context.engine.containers.start(name, {
    checkpoint: flags.string('checkpoint') || undefined,
    'checkpoint-dir': flags.string('checkpoint-dir') || undefined,
  });
}

async function startAttached(context: CliContext, invocation: Invocation): Promise<number> {
  const { engine, terminal } = context;
  const { flags, args } = invocation;
  const container = await engine.containers.inspect(args[0] ?? '');
  const id = container.Id ?? '';
  const tty = container.Config?.Tty === true;
  const stdin = flags.boolean('interactive') && container.Config?.OpenStdin === true;
  const detachKeys = flags.string('detach-keys') || context.config.detachKeys || '';
  using _signals = tty ? undefined : proxySignals(engine, id);
  const connection = await engine.hijack('POST', `/containers/${id}/attach`, {
    query: {
      stream: true,
      stdin: stdin || undefined,
      stdout: true,
      stderr: true,
      detachKeys: detachKeys || undefined,
    },
  });
  const removed = container.HostConfig?.AutoRemove === true;
  const watch = await watchExit(engine, id, removed ? 'removed' : 'next-exit');
  const stop = new AbortController();
  const options = { stdin, stdout: true, stderr: true, tty, detachKeys };
  const streaming = attachStreams(terminal, connection, options, stop.signal);
  streaming.catch(() => {});
  try {
    await start(context, id, invocation);
  } catch (error) {
    stop.abort();
    await streaming.catch(() => {});
    if (removed) await watch.exit.catch(() => {});
    throw error;
  }
  using _size =
    tty && terminal.outputIsTerminal
      ? followTerminalSize(terminal, engine, `/containers/${id}`)
      : undefined;
  if ((await streaming) === 'detached') return 0;
  const { code, problem } = await watch.exit;
  if (problem !== undefined) terminal.warn(problem);
  return code;
}
