import { setTimeout as delay } from 'node:timers/promises';
import { engineError, isEngineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { thawInQueue } from './container-pause.ts';
import { verdictOf } from './container-state.ts';
import type { LiveContainer } from './live-container.ts';
import { defaultStopSignal, parseSignal } from './signals.ts';

const sigkill = 9;
/** How long a killed process may take to die before we say so, in milliseconds. */
const killPatience = 10_000;

/** How long a killed container may keep others waiting, in milliseconds: it may be stuck in the kernel. */
const turnPatience = 1000;

export interface StopOptions {
  readonly signal?: string;
  /** Seconds; negative waits for ever. */
  readonly timeout?: number;
}

/**
 * Signal, patience, SIGKILL. False when it did not run. Only the signal is sent from the container's
 * queue: while a stop waits, the container can still be killed, removed or stopped with less patience.
 */
export async function stopContainer(
  context: ContainerContext,
  entry: ContainerEntry,
  options: StopOptions,
): Promise<boolean> {
  const { config } = entry.record;
  const signal = parseSignal(options.signal || config.StopSignal || defaultStopSignal);
  const timeout = options.timeout ?? config.StopTimeout ?? context.config.stopTimeout;
  const begun = await entry.queue.run(() => beginStop(context, entry, signal));
  if (begun === 'stopped') return false;
  if (begun !== 'settled') {
    const ended = await endsWithin(begun, timeout < 0 ? undefined : timeout * 1000);
    if (!ended) await killRun(context, entry, begun);
  }
  publishContainerEvent(context, entry.record, 'stop');
  return true;
}

/** The run that was told to end; `settled` when there was only a restart to call off. */
async function beginStop(
  context: ContainerContext,
  entry: ContainerEntry,
  signal: number,
): Promise<LiveContainer | 'stopped' | 'settled'> {
  if (verdictOf('stop', entry.state) === 'nothing') return 'stopped';
  const live = entry.live;
  if (entry.state === 'restarting' || live === undefined) {
    callOffRestart(context, entry);
    return 'settled';
  }
  context.store.updateFacts(entry, { manuallyStopped: true });
  await sendSignal(context, entry, live, signal);
  if (entry.facts.paused) await thawInQueue(context, entry);
  return live;
}

/** A container between two runs has no process: it only must not be started again. */
function callOffRestart(context: ContainerContext, entry: ContainerEntry): void {
  entry.cancelRestart?.();
  context.store.updateFacts(entry, { restarting: undefined, manuallyStopped: true });
  entry.notify('stopped', { exitCode: entry.facts.exitCode, error: entry.facts.error });
}

/** SIGKILL for one run, and resolves when its exit was dealt with. */
export async function killRun(
  context: ContainerContext,
  entry: ContainerEntry,
  live: LiveContainer,
): Promise<void> {
  context.store.updateFacts(entry, { manuallyStopped: true });
  await inTurn(context, live, async () => {
    await sendSignal(context, entry, live, sigkill);
    if (entry.facts.paused) await thawInQueue(context, entry);
  });
  if (await endsWithin(live, killPatience)) return;
  throw engineError('containers.kill-failed', {
    name: entry.name,
    reason:
      'the process did not end after SIGKILL; it is probably stuck in the kernel (state D in ps)',
  });
}

/**
 * Kills a few at a time, until nothing of the run is left: each end wakes a shim and starts an OCI runtime, and
 * hundreds at once would leave the daemon no processor to answer with. It takes no longer in all.
 */
async function inTurn(
  { kills }: Pick<ContainerContext, 'kills'>,
  live: LiveContainer,
  kill: () => Promise<void>,
): Promise<void> {
  const killed = Promise.withResolvers<void>();
  void kills.run(async () => {
    await kill().then(killed.resolve, killed.reject);
    await Promise.race([live.cleaned, delay(turnPatience, undefined, { ref: false })]);
  });
  await killed.promise;
}

/**
 * Sends a signal. SIGKILL, and the container's own stop signal, count as stopping it by hand; SIGKILL
 * waits for the end.
 */
export async function killContainer(
  context: ContainerContext,
  name: string,
  signalName: string | undefined,
): Promise<void> {
  const entry = context.store.tryFind(name);
  if (entry === undefined) throw engineError('containers.kill-not-found', { name });
  const signal = signalName ? parseSignal(signalName) : sigkill;
  const run = await entry.queue.run(async () => {
    if (verdictOf('kill', entry.state) !== 'proceed') {
      throw engineError('containers.kill-not-running', { name, id: entry.id });
    }
    const live = entry.live;
    if (entry.state === 'restarting' || live === undefined) {
      callOffRestart(context, entry);
      return undefined;
    }
    if (signal !== sigkill) await signalRun(context, entry, live, signal);
    return live;
  });
  if (run !== undefined && signal === sigkill) await killRun(context, entry, run);
}

async function signalRun(
  context: ContainerContext,
  entry: ContainerEntry,
  live: LiveContainer,
  signal: number,
): Promise<void> {
  const { StopSignal: own } = entry.record.config;
  const stopping = !own || signal === parseSignal(own);
  if (stopping) context.store.updateFacts(entry, { manuallyStopped: true });
  await sendSignal(context, entry, live, signal);
  if (stopping && entry.facts.paused) await thawInQueue(context, entry);
}

async function sendSignal(
  context: ContainerContext,
  entry: ContainerEntry,
  live: LiveContainer,
  signal: number,
): Promise<void> {
  try {
    await live.shim.kill('container', signal);
  } catch (error) {
    // It ended by itself meanwhile, which is what a stop wants.
    if (isEngineError(error) && error.kind !== 'internal') return;
    throw error;
  }
  publishContainerEvent(context, entry.record, 'kill', { signal: String(signal) });
}

/** False when it still runs after `milliseconds`; undefined waits for ever. */
async function endsWithin(live: LiveContainer, milliseconds: number | undefined): Promise<boolean> {
  if (milliseconds === undefined) {
    await live.ended;
    return true;
  }
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), Math.min(milliseconds, 2 ** 31 - 1));
  try {
    return await Promise.race([live.ended.then(() => true), timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
