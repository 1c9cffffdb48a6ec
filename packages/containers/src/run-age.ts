import type { Kernel } from '@berth/kernel';
import type { ContainerFacts } from './container-record.ts';
import { parseTimestamp } from './timestamp.ts';

/** Clock ticks per second of proc_pid_stat(5), the same on all architectures that Node runs on. */
const ticksPerSecond = 100;
/** A difference in milliseconds between the two clocks that cannot come from reading one after the other. */
const tolerance = 2000;

/**
 * Milliseconds that the current run has lasted at the time `at` (nanoseconds since 1970). The time of day decides
 * unless it was set meanwhile: then the clock that counts from the boot does, which nobody can set. It knows only of
 * now: pass `at` as seen just now. Never negative.
 */
export function runAge(
  facts: ContainerFacts,
  at: bigint,
  host: Pick<Kernel['host'], 'bootId' | 'uptimeSeconds'>,
): number {
  const byDay = Number(at - parseTimestamp(facts.startedAt)) / 1e6;
  const { pidStartTime, bootId } = facts;
  if (pidStartTime === undefined || bootId !== host.bootId) return Math.max(0, byDay);
  const byBoot = (host.uptimeSeconds() - pidStartTime / ticksPerSecond) * 1000;
  return Math.max(0, Math.abs(byDay - byBoot) > tolerance ? byBoot : byDay);
}
