import { setTimeout as delay } from 'node:timers/promises';
import { isEngineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';
import type { ContainerExit } from '@berth/runtime/shim/index.ts';
import { removeBundle, removeRuntimeState } from './container-bundle.ts';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { releaseRoot, runHolder } from './container-root.ts';
import { endHealth } from './health/health-monitor.ts';
import type { LiveContainer } from './live-container.ts';
import type { MountRecord } from './mounts/mount-record.ts';
import { pinsOf } from './mounts/pins.ts';
import { decideRestart } from './restart-policy.ts';
import { runAge } from './run-age.ts';
import { parseTimestamp } from './timestamp.ts';

/** Between attempts to record an exit on a full disk, in milliseconds. */
const fullDiskPause = 1000;

export interface WatchedContainer
  extends Pick<LiveContainer, 'shim' | 'tty' | 'cgroup' | 'rootDirectory' | 'spec'> {
  /** Settles when the start was recorded and published: an exit is dealt with only then. */
  readonly recorded: Promise<void>;
}

/**
 * Subscribes to the exit of a container. Call it before the start, so that none is missed. The exit is
 * dealt with outside of the container's queue, because `stop` and `kill` wait for it inside.
 */
export function watchExit(
  context: ContainerContext,
  entry: ContainerEntry,
  watched: WatchedContainer,
): LiveContainer {
  const ended = Promise.withResolvers<void>();
  const cleaned = Promise.withResolvers<void>();
  const live: LiveContainer = { ...watched, ended: ended.promise, cleaned: cleaned.promise };
  watched.shim.onOom(() => {
    try {
      context.store.updateFacts(entry, { oomKilled: true });
    } catch (error) {
      // The exit record tells it again.
      context.reportError(error, `recording the lack of memory of container ${entry.id}`);
    }
    publishContainerEvent(context, entry.record, 'oom');
  });
  watched.shim.onLogRotated(() => context.logCompressor.compress(entry));
  context.execs.watch(entry, live);
  void (async () => {
    const exit = await watched.shim.exit;
    await watched.recorded;
    let settled = false;
    try {
      await settleExit(context, entry, exit, 'seen');
      settled = true;
    } catch (error) {
      context.reportError(error, `dealing with the exit of container ${entry.id}`);
    }
    ended.resolve();
    // The exit record that could not be taken over is for the next daemon.
    if (settled) await cleanRuntime(context, entry, live);
    cleaned.resolve();
  })();
  return live;
}

/**
 * Tear-down first, so that whoever waits for the end finds ports and names free; then facts, events, policy. How long
 * the run was is known best when its end was seen just now.
 */
export async function settleExit(
  context: ContainerContext,
  entry: ContainerEntry,
  exit: ContainerExit,
  end: 'seen' | 'unseen',
): Promise<void> {
  await loopTurn();
  const exitedAt = parseTimestamp(exit.exitedAt);
  const milliseconds =
    end === 'seen'
      ? runAge(entry.facts, exitedAt, context.kernel.host)
      : Number(exitedAt - parseTimestamp(entry.facts.startedAt)) / 1e6;
  const duration = Math.max(0, milliseconds);
  await tearDown(context, entry);
  context.logCompressor.compress(entry);
  context.faultPoint('exit.torn-down');
  await loopTurn();
  const restartDelay = context.shuttingDown
    ? undefined
    : decideRestart(entry.record, { exitCode: exit.code, duration });
  const untoldOom = exit.oomKilled && !entry.facts.oomKilled;
  await waitOutFullDisk(context, `the exit of container ${entry.id}`, () =>
    recordExit(context, entry, exit, restartDelay),
  );
  context.faultPoint('exit.recorded');
  // The shim had ended before it told.
  if (untoldOom) publishContainerEvent(context, entry.record, 'oom');
  publishContainerEvent(context, entry.record, 'die', {
    execDuration: String(Math.floor(duration / 1000)),
    exitCode: String(exit.code),
  });
  const notice = { exitCode: exit.code, error: entry.facts.error };
  entry.notify('exit', notice);
  if (restartDelay !== undefined) {
    context.followUps.restart(entry, restartDelay);
    return;
  }
  entry.notify('stopped', notice);
  if (entry.record.hostConfig.AutoRemove === true && !entry.manuallyRestarting) {
    context.followUps.autoRemove(entry);
  }
}

/** Nobody could be told of a failure here, and what has happened must not be lost: tried until there is room. */
async function waitOutFullDisk(
  context: ContainerContext,
  what: string,
  record: () => void,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      record();
      return;
    } catch (error) {
      if (!isEngineError(error, 'common.no-space') || context.shuttingDown) throw error;
      if (attempt === 0) context.reportError(error, `recording ${what}; trying on`);
      await delay(fullDiskPause);
    }
  }
}

function recordExit(
  context: ContainerContext,
  entry: ContainerEntry,
  exit: ContainerExit,
  restartDelay: number | undefined,
): void {
  const restarting = restartDelay !== undefined;
  context.store.updateFacts(entry, {
    pid: undefined,
    pidStartTime: undefined,
    paused: undefined,
    finishedAt: exit.exitedAt,
    exitCode: exit.code,
    oomKilled: exit.oomKilled || entry.facts.oomKilled,
    error: exit.lost ? 'the shim of the container was killed' : '',
    restarting: restarting ? true : undefined,
    ...(restarting ? { restartDelay } : {}),
    restartCount: entry.facts.restartCount + (restarting ? 1 : 0),
    health: endHealth(entry),
    ...(entry.facts.network === undefined
      ? {}
      : { network: { ...entry.facts.network, sandboxId: '' } }),
  });
}

/**
 * Releases what a run holds besides its shim. The steps do not depend on each other and go on side by side;
 * every one is tried and idempotent.
 */
export async function tearDown(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  const { networks, kernel, paths } = context;
  const { id, mounts } = entry.record;
  const steps: readonly (readonly [what: string, step: () => unknown])[] = [
    ['network', () => networks.removeSandbox(id, { shared: sharesNetwork(context, id) })],
    ['root file system', () => releaseRoot(context, entry, runHolder)],
    ...mounts.map(
      (mount, index) =>
        [`mount ${mount.destination}`, () => releaseMount(context, id, mount, index)] as const,
    ),
    ['shared memory', () => kernel.mounts.unmountAsync(paths.sharedMemory(id), { detach: true })],
  ];
  await Promise.all(
    steps.map(async ([what, step]) => {
      try {
        await step();
      } catch (error) {
        context.reportError(error, `releasing ${what} of container ${id}`);
      }
    }),
  );
}

/** Whether another container is, or may be about to be, in the network namespace of this one. */
function sharesNetwork({ store }: ContainerContext, id: string): boolean {
  const mode = `container:${id}`;
  return store.all().some(({ record }) => record.hostConfig.NetworkMode === mode);
}

async function releaseMount(
  { kernel, paths, volumes }: ContainerContext,
  id: string,
  mount: MountRecord,
  index: number,
): Promise<void> {
  for (const target of pinsOf(paths.runtime(id), mount, index)) {
    kernel.mounts.unmount(target, { detach: true });
  }
  if (mount.type === 'volume') await volumes.unmount(mount.name ?? '', id);
}

/** The shim is gone: its folder can go, and the next run may begin. */
async function cleanRuntime(
  context: ContainerContext,
  entry: ContainerEntry,
  live: LiveContainer,
): Promise<void> {
  try {
    await live.shim.gone;
    live.shim.close();
    await removeBundle(context, entry.record);
    await removeRuntimeState(context, entry.record, live.cgroup);
  } catch (error) {
    context.reportError(error, `removing the runtime folder of container ${entry.id}`);
  }
  if (entry.live === live) entry.live = undefined;
}
