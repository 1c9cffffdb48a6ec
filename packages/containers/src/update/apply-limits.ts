import type { CgroupLocation, Cgroups } from '@berth/kernel';
import type { LimitWrite } from './limit-writes.ts';

/** Writes all or nothing: when one is refused, those before it are taken back, newest first. */
export function applyLimits(
  cgroups: Cgroups,
  location: CgroupLocation,
  writes: readonly LimitWrite[],
): void {
  const undo: LimitWrite[] = [];
  for (const { controller, file, value, back } of writes) {
    const before = back ?? cgroups.read(location, controller, file)?.trim();
    try {
      cgroups.write(location, controller, file, value);
    } catch (error) {
      takeBack(cgroups, location, undo);
      throw error;
    }
    if (before !== undefined) undo.unshift({ controller, file, value: before });
  }
}

/** What cannot be restored stays: the failure that led here is what the user is told. */
function takeBack(cgroups: Cgroups, location: CgroupLocation, undo: readonly LimitWrite[]): void {
  for (const { controller, file, value } of undo) {
    try {
      cgroups.write(location, controller, file, value);
    } catch {}
  }
}
