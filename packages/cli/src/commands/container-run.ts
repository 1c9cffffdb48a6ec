import { ApiError } from '@berth/engine-client';
import { isEngineError } from '@berth/errors';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import type { ContainerSpec } from '../container-options/container-spec.ts';
import { attachStreams } from '../streams/attached-streams.ts';
import { checkInputTerminal } from '../streams/check-terminal.ts';
import { type ExitWatch, watchExit } from '../streams/container-exit.ts';
import { proxySignals } from '../streams/signal-proxy.ts';
import { followTerminalSize } from '../streams/terminal-size.ts';
import { CommandError } from '../usage-error.ts';
import { sendCreate, specFrom, withHelp } from './container-create.ts';

/**
 * `berth run`. Order: create, attach, wait, start; so that no output and no exit can be missed. The exit
 * code is the container's, or 125, 126, 127 when it did not start.
 */
export async function runContainer(context: CliContext, invocation: Invocation): Promise<number> {
  const { flags, args } = invocation;
  const spec = specFrom(context, flags, args, 'run');
  if (flags.boolean('detach')) detach(spec, flags.list('attach').length > 0);
  else checkInputTerminal(context.terminal, spec.AttachStdin, spec.Tty);
  const id = await guarded(() => sendCreate(context, flags, spec));
  using _ = flags.boolean('sig-proxy') ? proxySignals(context.engine, id) : undefined;
  const attached = spec.AttachStdin || spec.AttachStdout || spec.AttachStderr;
  if (!attached) {
    await guarded(() => start(context, id));
    context.terminal.print(id);
    return 0;
  }
  return await runAttached(context, id, spec, flags.string('detach-keys'));
}

function detach(spec: ContainerSpec, streamsChosen: boolean): void {
  if (streamsChosen) {
    throw new CommandError('conflicting options: cannot specify both --attach and --detach');
  }
  spec.AttachStdin = false;
  spec.AttachStdout = false;
  spec.AttachStderr = false;
  spec.StdinOnce = false;
}

async function runAttached(
  context: CliContext,
  id: string,
  spec: ContainerSpec,
  keys: string,
): Promise<number> {
  const { engine, terminal } = context;
  const detachKeys = keys || context.config.detachKeys || '';
  const connection = await engine.hijack('POST', `/containers/${id}/attach`, {
    query: {
      stream: true,
      stdin: spec.AttachStdin || undefined,
      stdout: spec.AttachStdout || undefined,
      stderr: spec.AttachStderr || undefined,
      detachKeys: detachKeys || undefined,
    },
  });
  const removed = spec.HostConfig.AutoRemove;
  const watch = await watchExit(engine, id, removed ? 'removed' : 'next-exit');
  const stop = new AbortController();
  const streaming = attachStreams(
    terminal,
    connection,
    {
      stdin: spec.AttachStdin,
      stdout: spec.AttachStdout,
      stderr: spec.AttachStderr,
      tty: spec.Tty,
      detachKeys,
    },
    stop.signal,
  );
  streaming.catch(() => {});
  try {
    await start(context, id);
  } catch (error) {
    stop.abort();
    await streaming.catch(() => {});
    if (removed) await watch.exit.catch(() => {});
    throw startError(error);
  }
  using _ =
    spec.Tty && terminal.outputIsTerminal
      ? followTerminalSize(terminal, engine, `/containers/${id}`)
      : undefined;
  return await finish(context, spec, { streaming, watch, stop });
}

interface Running {
  readonly streaming: Promise<string>;
  readonly watch: ExitWatch;
  readonly stop: AbortController;
}

/** Output is read to its end before the exit code is used; with none attached the exit ends all. */
async function finish(context: CliContext, spec: ContainerSpec, running: Running): Promise<number> {
  const onlyInput = !spec.AttachStdout && !spec.AttachStderr;
  if (onlyInput) {
    await Promise.race([running.streaming, running.watch.exit]);
    running.stop.abort();
  }
  const end = await running.streaming.catch((error) => {
    if (onlyInput) return 'closed';
    throw error;
  });
  if (end === 'detached') return 0;
  const { code, problem } = await running.watch.exit;
  if (problem !== undefined) context.terminal.warn(problem);
  return code;
}

async function start(context: CliContext, id: string): Promise<void> {
  await context.engine.containers.start(id);
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw startError(error);
  }
}

/** Docker's exit codes: 127 not found, 126 not executable, 125 anything else that is the daemon's. */
function startError(error: unknown): unknown {
  if (error instanceof CommandError) {
    return withHelp(error.message, 'run', error.exitCode === 1 ? 125 : error.exitCode);
  }
  if (isEngineError(error)) return withHelp(error.message, 'run', 125, error.hint);
  if (!(error instanceof ApiError)) return error;
  const notFound =
    /executable file not found|no such file or directory|system cannot find the file specified/;
  const notExecutable = /permission denied|is a directory/;
  const exitCode = notFound.test(error.message)
    ? 127
    : notExecutable.test(error.message)
      ? 126
      : 125;
  return withHelp(error.message, 'run', exitCode);
}
