import type { BigIntStats } from 'node:fs';

/** True when a file counts as modified: by type, mode, owner, device, or size and time. */
export function differs(before: BigIntStats, after: BigIntStats): boolean {
  if (before.mode !== after.mode || before.uid !== after.uid || before.gid !== after.gid)
    return true;
  if (before.isCharacterDevice() || before.isBlockDevice()) return before.rdev !== after.rdev;
  if (before.isDirectory()) return before.mtimeNs !== after.mtimeNs;
  return before.size !== after.size || before.mtimeNs !== after.mtimeNs;
}
