import { stat } from 'node:fs/promises';
import { engineError, errnoOf } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { Snapshotter } from '@berth/snapshots';
import type { VolumeService } from '@berth/volumes';
import { type MountRecord, volumeMountOf } from './mount-record.ts';

/**
 * First use of empty volumes: what the image has at their destinations is copied into them. The
 * container's file system is mounted only when some volume needs it.
 */
export async function copyUpVolumes(
  { id, mapped }: { readonly id: string; readonly mapped: boolean },
  mounts: readonly MountRecord[],
  services: {
    readonly kernel: Kernel;
    readonly snapshotter: Snapshotter;
    readonly volumes: VolumeService;
  },
): Promise<void> {
  const wanted = mounts.filter((mount) => mount.type === 'volume' && mount.copyUp === true);
  if (wanted.length === 0) return;
  const root = await services.snapshotter.mount(id, { mapped });
  try {
    for (const mount of wanted) {
      const from = insideImage(services.kernel, root, mount.destination);
      if (from === undefined || !(await isDirectory(from))) continue;
      await services.volumes.populate(mount.name ?? '', from, volumeMountOf(id, mount));
    }
  } finally {
    await services.snapshotter.unmount(id);
  }
}

/** Where the destination is in the image, links followed below `root`; undefined when it is not there. */
function insideImage(kernel: Kernel, root: string, destination: string): string | undefined {
  try {
    return kernel.files.resolveInRoot(root, destination);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw engineError('containers.volume-over-file', { path });
}
