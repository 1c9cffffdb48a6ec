import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { engineError } from '@berth/errors';
import type { CgroupLocation } from '../cgroups.ts';
import { flatKeyed, readControl, writeControl } from '../linux/control-file.ts';

type FreezerState = 'frozen' | 'thawed';

export interface FreezerTiming {
  readonly limitMs: number;
  readonly intervalMs: number;
}

export const freezerTiming: FreezerTiming = { limitMs: 20_000, intervalMs: 2 };

/** One kind of freezer: the v1 controller or the cgroup.freeze file of v2. */
interface Freezer {
  request(state: FreezerState): void;
  /** Thawed, and nobody has asked for anything else: told by one read, which is much cheaper than a request. */
  untouched(): boolean;
  /** Undefined while on the way. */
  state(): FreezerState | undefined;
  /** Whether it may wait for ever for a process that waits for a frozen thread of its own. */
  readonly mayTangle: boolean;
}

/** So many looks apart a freeze that does not come about is let go of for a moment. */
const looksTangled = 50;
const untangleMs = 10;

/**
 * Asks for a state and waits until the whole cgroup has reached it. v1 may hang in FREEZING when a
 * process forks meanwhile, so the request is repeated at each look; and it hangs when a process with threads executes a
 * program meanwhile, which waits for the end of threads that are frozen already (runc's init just after a start does), so
 * all are thawed for a moment now and then. A freeze that does not come about
 * in time is taken back: a container is never left half frozen.
 */
export async function reachFreezerState(
  location: CgroupLocation,
  wanted: FreezerState,
  timing: FreezerTiming = freezerTiming,
): Promise<void> {
  const directory = freezerDirectory(location);
  const freezer = location.layout === 'v2' ? unifiedFreezer(directory) : legacyFreezer(directory);
  if (wanted === 'thawed' && freezer.untouched()) return;
  const deadline = performance.now() + timing.limitMs;
  freezer.request(wanted);
  for (let look = 1; freezer.state() !== wanted; look++) {
    if (performance.now() > deadline) {
      if (wanted === 'frozen') freezer.request('thawed');
      const seconds = timing.limitMs / 1000;
      throw engineError('kernel.freezeTimeout', { path: directory, state: wanted, seconds });
    }
    const untangles = wanted === 'frozen' && freezer.mayTangle && look % looksTangled === 0;
    if (untangles) freezer.request('thawed');
    await delay(untangles ? untangleMs : timing.intervalMs);
    // A container that was let go of may have ended, and its cgroup with it.
    if (wanted === 'thawed' && !existsSync(directory)) return;
    freezer.request(wanted);
  }
}

function freezerDirectory(location: CgroupLocation): string {
  const directory = location.directories.freezer;
  const file = location.layout === 'v2' ? 'cgroup.freeze' : 'freezer.state';
  if (directory !== undefined && readControl(join(directory, file)) !== undefined) return directory;
  const path = directory ?? Object.values(location.directories)[0] ?? '';
  throw engineError('kernel.cgroupMissing', { controller: 'freezer', path });
}

function legacyFreezer(directory: string): Freezer {
  const file = join(directory, 'freezer.state');
  return {
    mayTangle: true,
    request: (state) => writeControl(file, state.toUpperCase()),
    untouched: () => readControl(file)?.trim() === 'THAWED',
    state() {
      const text = readControl(file)?.trim();
      if (text === 'FROZEN') return 'frozen';
      return text === 'THAWED' ? 'thawed' : undefined;
    },
  };
}

function unifiedFreezer(directory: string): Freezer {
  return {
    mayTangle: false,
    request: (state) =>
      writeControl(join(directory, 'cgroup.freeze'), state === 'frozen' ? '1' : '0'),
    untouched: () =>
      readControl(join(directory, 'cgroup.freeze'))?.trim() === '0' &&
      flatKeyed(readControl(join(directory, 'cgroup.events')), 'frozen') === 0,
    state() {
      const frozen = flatKeyed(readControl(join(directory, 'cgroup.events')), 'frozen');
      if (frozen === undefined) return undefined;
      return frozen === 1 ? 'frozen' : 'thawed';
    },
  };
}
