import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IdMappings, Kernel } from '@berth/kernel';
import { MappedFolder, mappingUnavailable, type OwnerMapping } from '../store/mapped-folder.ts';
import { probePrefix } from './overlay-probe.ts';

/**
 * The driver's folder with mapped owners, tried with an overlay: kernels before 5.19 refuse layers in mapped mounts.
 * Fails with snapshots.mapping-unavailable.
 */
export function openMapped(kernel: Kernel, root: string, owners: OwnerMapping): MappedFolder {
  const mapped = new MappedFolder(kernel, 'overlay2', root, owners);
  try {
    admitGroup(root, owners.mappings);
    tryOverlay(kernel, root, mapped);
    return mapped;
  } catch (error) {
    mapped[Symbol.dispose]();
    throw mappingUnavailable('overlay2', root, error);
  }
}

/**
 * A container's root has to pass the folders above its root file system: their group is that of its root. Others, who
 * could run set-user-ID programs of images, stay out.
 */
export function admitGroup(folder: string, { gids }: IdMappings): void {
  chownSync(folder, 0, gids[0]?.outside ?? 0);
}

function tryOverlay(kernel: Kernel, root: string, mapped: MappedFolder): void {
  const folder = mkdtempSync(join(root, probePrefix));
  const target = join(folder, 'merged');
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name));
    kernel.mounts.mountOverlay({
      lower: [mapped.path(join(folder, 'lower'))],
      upper: mapped.path(join(folder, 'upper')),
      work: mapped.path(join(folder, 'work')),
      target,
    });
    mkdirSync(join(target, 'made'));
  } finally {
    kernel.mounts.unmount(target, { detach: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
