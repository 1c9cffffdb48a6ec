import type { MountFlag } from '../mounts.ts';

/** Values of mount(2) flags (linux/mount.h). */
const values: Readonly<Record<MountFlag, number>> = {
  ro: 0x1,
  nosuid: 0x2,
  nodev: 0x4,
  noexec: 0x8,
  sync: 0x10,
  remount: 0x20,
  noatime: 0x400,
  nodiratime: 0x800,
  bind: 0x1000,
  rec: 0x4000,
  unbindable: 0x20000,
  runbindable: 0x24000,
  private: 0x40000,
  rprivate: 0x44000,
  slave: 0x80000,
  rslave: 0x84000,
  shared: 0x100000,
  rshared: 0x104000,
  relatime: 0x200000,
  strictatime: 0x1000000,
};

export function mountFlags(names: readonly MountFlag[]): number {
  return names.reduce((bits, name) => bits | values[name], 0);
}

/** MNT_DETACH of umount2(2). */
export const detachFlag = 0x2;
