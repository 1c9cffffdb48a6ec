import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Mounts } from '@berth/kernel';
import type { MountRecord } from './mount-record.ts';

/** Whether something is mounted below the container's runtime folder for this mount while it runs. */
export function isPinned(mount: MountRecord): boolean {
  return mount.type === 'image' || mount.subpath !== undefined;
}

/** Where parts of volumes are pinned; `index` is that of the mount among the container's. */
export function subpathPin(folder: string, index: number): string {
  return path.join(folder, `subpath-${index}`);
}

/** Where images are mounted. */
export function imagePin(folder: string, index: number): string {
  return path.join(folder, `image-${index}`);
}

/** The mount points of one mount, in the order in which they are to be unmounted. */
export function pinsOf(folder: string, mount: MountRecord, index: number): string[] {
  return [
    ...(mount.subpath === undefined ? [] : [subpathPin(folder, index)]),
    ...(mount.type === 'image' ? [imagePin(folder, index)] : []),
  ];
}

/** Removes a folder of mount points, never what is mounted there. */
export async function removeMountedFolder(mounts: Mounts, folder: string): Promise<void> {
  for (const { mountPoint } of mounts.list(folder).reverse()) {
    mounts.unmount(mountPoint, { detach: true });
  }
  if (mounts.list(folder).length === 0) await rm(folder, { recursive: true, force: true });
}
