import type { ContainerInspectResponse } from '@berth/engine-api';
import type { EngineClient } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { attachStreams } from '../streams/attached-streams.ts';
import { checkInputTerminal } from '../streams/check-terminal.ts';
import { watchExit } from '../streams/container-exit.ts';
import { proxySignals } from '../streams/signal-proxy.ts';
import { followTerminalSize } from '../streams/terminal-size.ts';
import { CommandError } from '../usage-error.ts';

/** `berth attach`: the exit code is the container's. */
export async function attachToContainer(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const { engine, terminal } = context;
  const name = encodeURIComponent(args[0] ?? '');
  const container = await runningContainer(engine, name);
  const watch = await watchExit(engine, name, 'not-running');
  const id = container.Id ?? '';
  const tty = container.Config?.Tty === true;
  checkInputTerminal(terminal, !flags.boolean('no-stdin'), tty);
  const stdin = !flags.boolean('no-stdin') && container.Config?.OpenStdin === true;
  const detachKeys = flags.string('detach-keys') || context.config.detachKeys || '';
  using _signals = flags.boolean('sig-proxy') && !tty ? proxySignals(engine, id) : undefined;
  const connection = await engine.hijack('POST', `/containers/${name}/attach`, {
    query: {
      stream: true,
      stdin: stdin || undefined,
      stdout: true,
      stderr: true,
      detachKeys: detachKeys || undefined,
    },
  });
  await runningContainer(engine, name);
  if (tty && terminal.outputIsTerminal) await redraw(context, id);
  using _size =
    tty && terminal.outputIsTerminal
      ? followTerminalSize(terminal, engine, `/containers/${id}`)
      : undefined;
  const end = await attachStreams(terminal, connection, {
    stdin,
    stdout: true,
    stderr: true,
    tty,
    detachKeys,
  });
  if (end === 'detached') throw new CommandError('read escape sequence');
  const { code, problem } = await watch.exit;
  if (problem !== undefined) throw new CommandError(problem);
  return code;
}

async function runningContainer(
  engine: EngineClient,
  name: string,
): Promise<ContainerInspectResponse> {
  const container = await engine.containers.inspect(name);
  const refusal =
    container.State?.Running !== true
      ? 'You cannot attach to a stopped container, start it first'
      : container.State.Paused === true
        ? 'You cannot attach to a paused container, unpause it first'
        : container.State.Restarting === true
          ? 'You cannot attach to a restarting container, wait until it is running'
          : undefined;
  if (refusal !== undefined) throw new CommandError(refusal);
  return container;
}

/** A change of size makes a shell draw its prompt again. */
async function redraw(context: CliContext, id: string): Promise<void> {
  const { rows, columns } = context.terminal.size();
  await context.engine.containers.resize(id, { h: rows + 1, w: columns + 1 }).catch(() => {});
}
