import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeFrame, streamTypes } from '@berth/engine-api';
import { EngineError, engineError } from '@berth/errors';
import type { ShimProbeResult } from '@berth/runtime/shim/index.ts';
import { parseDetachKeys } from '../attach/detach-keys.ts';
import { pipeSession } from '../attach/pipe-session.ts';
import type { ContainerContext } from '../container-context.ts';
import { publishContainerEvent } from '../container-events.ts';
import type { StreamSession } from '../container-service.ts';
import type { LiveContainer } from '../live-container.ts';
import {
  exitCodeOfRuntimeMessage,
  normaliseRuntimeMessage,
  runtimeMessageOf,
} from '../start/start-failure.ts';
import { execWords, requireExecutable } from './exec-create.ts';
import { type Launch, launchProcess } from './exec-launch.ts';
import { type ExecTerminal, execProcess } from './exec-process.ts';
import type { ExecRecord } from './exec-record.ts';

export interface ExecStartOptions {
  readonly detach: boolean;
  readonly tty?: boolean;
  readonly consoleSize?: readonly number[];
}

/**
 * Runs an exec once. Detached, it resolves with nothing when the process runs. Otherwise the process is
 * started by the session's `run`, and a failure to start goes down the stream, as Docker's does.
 */
export async function startExec(
  context: ContainerContext,
  id: string,
  options: ExecStartOptions,
): Promise<StreamSession | undefined> {
  const { exec, live } = takeExec(context, id);
  const terminal = terminalOf(exec, options);
  if (options.detach) {
    await launchExec(context, exec, live, { terminal, detach: true });
    return undefined;
  }
  return {
    tty: terminal.tty,
    run: (client) => runSession(context, exec, live, { terminal, client }),
  };
}

/** Exit code of a process that SIGKILL ended. */
const killed = 137;

/**
 * Runs an exec once, to its end: killed after `timeout` milliseconds. Rejects when it could not be started. Nothing of
 * it survives this daemon.
 */
export async function probeExec(
  context: ContainerContext,
  id: string,
  timeout: number,
): Promise<ShimProbeResult> {
  const { exec, live } = takeExec(context, id);
  const result = await runExec(context, exec, live, {
    terminal: { tty: false },
    kind: 'probe',
    run: (program) => live.shim.probe({ execId: exec.id, program, timeout }),
  });
  // One that was late before it ran has no exit code.
  context.execs.end(exec.entry, exec.id, result.late ? killed : result.exitCode);
  return result;
}

/** Nobody else may start it from now on. */
function takeExec(
  context: ContainerContext,
  id: string,
): { readonly exec: ExecRecord; readonly live: LiveContainer } {
  const exec = context.execs.get(id);
  requireExecutable(exec.entry);
  if (exec.phase === 'ended') throw engineError('containers.exec-already-started', { id: exec.id });
  if (exec.phase !== 'created') throw engineError('containers.exec-running', { id: exec.id });
  const live = exec.entry.live;
  if (live === undefined) throw engineError('containers.not-running', { id: exec.entry.id });
  context.execs.update(exec.id, { phase: 'starting' });
  return { exec, live };
}

function terminalOf({ body }: ExecRecord, options: ExecStartOptions): ExecTerminal {
  const tty = body.Tty ?? options.tty ?? false;
  const [rows, columns] = options.consoleSize ?? body.ConsoleSize ?? [];
  return rows && columns && tty ? { tty, consoleSize: [rows, columns] } : { tty };
}

async function runSession(
  context: ContainerContext,
  exec: ExecRecord,
  live: LiveContainer,
  session: { readonly terminal: ExecTerminal; readonly client: Duplex },
): Promise<void> {
  const { terminal, client } = session;
  let stream: Duplex | undefined;
  try {
    stream = await launchExec(context, exec, live, { terminal, detach: false });
  } catch (error) {
    const text = Buffer.from(`${(error as Error).message}\r\n`);
    client.end(terminal.tty ? text : encodeFrame(streamTypes.stdout, text));
    return;
  }
  if (stream === undefined) {
    client.end();
    return;
  }
  const stdin = exec.body.AttachStdin === true;
  const keys = terminal.tty && stdin ? { detachKeys: parseDetachKeys(exec.body.DetachKeys) } : {};
  const beforeEnd = () => untilEnded(context, exec.id);
  const end = await pipeSession(client, stream, { stdin, ...keys, beforeEnd });
  if (end === 'detached') {
    publishContainerEvent(context, exec.entry.record, 'exec_detach', { execID: exec.id });
  }
}

/** How long the news of an exit, sent by the shim before it ends the stream, may take over its other connection. */
const newsMilliseconds = 1000;

/** Clients ask for the exit code as soon as the output has ended. */
async function untilEnded({ execs }: ContainerContext, id: string): Promise<void> {
  const late = new AbortController();
  const timer = delay(newsMilliseconds, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([execs.ended(id), timer]);
  late.abort();
}

async function launchExec(
  context: ContainerContext,
  exec: ExecRecord,
  live: LiveContainer,
  options: { readonly terminal: ExecTerminal; readonly detach: boolean },
): Promise<Duplex | undefined> {
  const { body } = exec;
  const { terminal, detach } = options;
  const streams = {
    tty: terminal.tty,
    stdin: body.AttachStdin === true,
    stdout: body.AttachStdout === true,
    stderr: body.AttachStderr === true,
    detach,
  };
  const { pid, stream } = await runExec(context, exec, live, {
    terminal,
    kind: 'exec',
    run: (program) => live.shim.exec({ ...streams, execId: exec.id, program }),
  });
  if (context.execs.get(exec.id).phase === 'starting') {
    context.execs.update(exec.id, { phase: 'running', pid });
  }
  return stream;
}

/** Publishes the start and runs; a failure is the end of the exec. */
async function runExec<Launched>(
  context: ContainerContext,
  exec: ExecRecord,
  live: LiveContainer,
  launch: Launch<Launched> & { readonly terminal: ExecTerminal },
): Promise<Launched> {
  const { body, entry } = exec;
  try {
    const process = await execProcess(context, exec, live, launch.terminal);
    publishContainerEvent(context, entry.record, `exec_start: ${execWords(body.Cmd ?? [])}`, {
      execID: exec.id,
    });
    return await launchProcess(context, exec, live, { ...launch, process });
  } catch (error) {
    const failure = execFailure(error, body.Cmd?.[0]);
    context.execs.end(entry, exec.id, failure.exitCode);
    throw failure.error;
  }
}

/** Docker's rule: 127 for a program that is not there, 126 for all else that keeps it from running. */
function execFailure(
  error: unknown,
  program: string | undefined,
): { readonly exitCode: number; readonly error: unknown } {
  if (!(error instanceof EngineError) || runtimeMessageOf(error) === undefined) {
    return { exitCode: 126, error };
  }
  const reason = normaliseRuntimeMessage(error.message, program);
  return {
    exitCode: exitCodeOfRuntimeMessage(reason) ?? 126,
    error: engineError('containers.exec-start-failed', { reason }, { cause: error }),
  };
}
