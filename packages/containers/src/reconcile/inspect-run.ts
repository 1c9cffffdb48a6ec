import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeSpec } from '@berth/runtime';
import {
  type ContainerExit,
  readExitFile,
  type ShimHandle,
  type ShimState,
} from '@berth/runtime/shim/index.ts';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { publishContainerEvent } from '../container-events.ts';
import { watchExit } from '../container-exit.ts';
import type { ContainerFacts } from '../container-record.ts';
import { holdRoot, runHolder } from '../container-root.ts';
import { cgroupPathOf, exitFileOf } from '../container-start.ts';
import { readContainerSpec } from '../exec/exec-process.ts';
import { healthAtStart, watchHealth } from '../health/health-monitor.ts';
import type { LiveContainer } from '../live-container.ts';
import { formatTimestamp } from '../timestamp.ts';
import { adoptExecs } from './adopt-execs.ts';

/** What became of a container's last run. */
export type Finding =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly exit: ContainerExit }
  /** Does not run, and its record knows; `leftovers` when an interrupted start or exit left something. */
  | { readonly kind: 'idle'; readonly leftovers: boolean };

/** How long an ending shim may take to be gone, in milliseconds. */
const shimPatience = 15_000;

/** Looks for the container's shim, adopts it when it runs, and says how the last run ended otherwise. */
export async function inspectRun(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<Finding> {
  const bundle = context.paths.runtime(entry.id);
  const wasRunning = entry.facts.pid !== undefined;
  const leftovers = await exists(bundle);
  if (!leftovers && !wasRunning) return { kind: 'idle', leftovers: false };
  const shim = leftovers ? await tryAdopt(context, bundle) : undefined;
  if (shim !== undefined && (await adoptRun(context, entry, shim))) return { kind: 'running' };
  const exit = await readExitFile(exitFileOf(context, entry.id));
  if (exit !== undefined && wasRunning) return { kind: 'ended', exit };
  if (exit !== undefined && exit.exitedAt !== entry.facts.finishedAt) {
    await recordUnseenStart(context, entry, {});
    return { kind: 'ended', exit };
  }
  if (!wasRunning) return { kind: 'idle', leftovers };
  killOrphan(context, entry);
  return { kind: 'ended', exit: lostExit(context) };
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

async function tryAdopt(
  context: ContainerContext,
  bundle: string,
): Promise<ShimHandle | undefined> {
  try {
    return await context.shims.adopt(bundle);
  } catch {
    // Nobody listens: the exit file says how it ended.
    return undefined;
  }
}

/** True when the container runs and is ours again. A shim that never started its container is ended. */
async function adoptRun(
  context: ContainerContext,
  entry: ContainerEntry,
  shim: ShimHandle,
): Promise<boolean> {
  const state = await settledState(shim);
  if (state === undefined || state.phase !== 'running') {
    if (state?.phase !== 'exited') await shim.shutdown().catch(() => undefined);
    await Promise.race([shim.gone, delay(shimPatience, undefined, { ref: false })]);
    shim.close();
    return false;
  }
  for (const mount of entry.record.mounts) {
    if (mount.type === 'volume') context.volumes.adopt(mount.name ?? '', entry.id);
  }
  const recorded = Promise.withResolvers<void>();
  const bundle = context.paths.runtime(entry.id);
  const { facts, record } = entry;
  const cgroupsPath = facts.cgroupsPath ?? cgroupPathOf(context, record);
  const cgroupDriver = facts.cgroupDriver ?? context.config.cgroupDriver;
  const live = watchExit(context, entry, {
    shim,
    tty: entry.record.config.Tty === true,
    cgroup: context.kernel.cgroups.locate(cgroupsPath, cgroupDriver),
    rootDirectory: await holdRoot(context, entry, runHolder),
    spec: readOnce(path.join(bundle, 'config.json')),
    recorded: recorded.promise,
  });
  entry.live = live;
  const run = {
    ...{ pid: state.pid, pidStartTime: state.startTime, bootId: context.kernel.host.bootId },
    ...{ cgroupsPath, cgroupDriver },
  };
  if (facts.pid === undefined) await recordUnseenStart(context, entry, run);
  else if (!isRecorded(facts, run)) {
    context.store.updateFacts(entry, { ...run, restarting: undefined });
  }
  await settleFreezer(context, entry, live);
  if (entry.facts.paused !== true) watchHealth(context, entry, live);
  context.logForwarders.start(context, entry);
  await adoptExecs(context, entry, state.execs);
  recorded.resolve();
  return true;
}

/** Nothing is written for the many containers about which nothing is new. */
function isRecorded(facts: ContainerFacts, run: Partial<ContainerFacts>): boolean {
  const names = Object.keys(run) as (keyof ContainerFacts)[];
  return facts.restarting === undefined && names.every((name) => facts[name] === run[name]);
}

/** What the daemon that started the container could not record and publish any more. */
async function recordUnseenStart(
  context: ContainerContext,
  entry: ContainerEntry,
  run: Partial<ContainerFacts>,
): Promise<void> {
  // Written right before the start.
  const spec = path.join(context.paths.runtime(entry.id), 'config.json');
  const written = await stat(spec, { bigint: true }).catch(() => undefined);
  context.store.updateFacts(entry, {
    ...run,
    startedAt: formatTimestamp(written?.mtimeNs ?? context.clock.nowNano()),
    ...{ exitCode: 0, error: '', oomKilled: false, manuallyStopped: false },
    ...{ paused: undefined, restarting: undefined, health: healthAtStart(entry) },
  });
  publishContainerEvent(context, entry.record, 'start');
}

/** A pause that was cut off is undone, an unpause as well: what the record says becomes true. */
async function settleFreezer(
  context: ContainerContext,
  entry: ContainerEntry,
  { cgroup }: LiveContainer,
): Promise<void> {
  const { cgroups } = context.kernel;
  try {
    await (entry.facts.paused === true ? cgroups.freeze(cgroup) : cgroups.thaw(cgroup));
  } catch (error) {
    context.reportError(error, `freezing or thawing container ${entry.id}`);
  }
}

/** The state once it is not `starting` any more; undefined when the shim does not answer. */
async function settledState(shim: ShimHandle): Promise<ShimState | undefined> {
  try {
    for (let attempt = 0; attempt < 200; attempt++) {
      const state = await shim.state();
      if (state.phase !== 'starting') return state;
      await delay(50);
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** Its shim was killed, or the machine went down: the container must not live on unseen. */
function killOrphan(context: ContainerContext, entry: ContainerEntry): void {
  const { pid, pidStartTime, bootId } = entry.facts;
  if (pid === undefined || bootId !== context.kernel.host.bootId) return;
  if (context.kernel.processes.info(pid)?.startTime === pidStartTime) {
    context.kernel.processes.kill(pid, 9);
  }
}

/** Docker's exit code for a container whose end nobody saw. */
function lostExit(context: ContainerContext): ContainerExit {
  return {
    code: 255,
    signal: 0,
    exitedAt: formatTimestamp(context.clock.nowNano()),
    oomKilled: false,
    oomCount: 0,
    lost: true,
  };
}

/** Read when first asked for; a failure is not kept. */
function readOnce(specFile: string): () => Promise<RuntimeSpec> {
  let spec: RuntimeSpec | undefined;
  return async () => {
    spec ??= await readContainerSpec(specFile);
    return spec;
  };
}
