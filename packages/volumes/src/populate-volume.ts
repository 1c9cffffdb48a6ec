import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises';
import { removeTrees } from '@berth/snapshots';
import { type MountCounts, mountVolume, unmountVolume } from './mount-volume.ts';
import { findVolume, isPlain, type VolumeContext } from './volume-context.ts';

/** See VolumeService.populate. */
export async function populateVolume(
  context: VolumeContext,
  counts: MountCounts,
  { name, fromDirectory, mount }: PopulateRequest,
): Promise<void> {
  if (isPlain(findVolume(context, name))) {
    await populateFolder(context, name, fromDirectory);
    return;
  }
  const target = await mountVolume(context, counts, name, mount);
  try {
    if ((await readdir(target)).length === 0) await copyInto(context, fromDirectory, target);
  } finally {
    await unmountVolume(context, counts, name, mount.containerId);
  }
}

export interface PopulateRequest {
  readonly name: string;
  readonly fromDirectory: string;
  readonly mount: Parameters<typeof mountVolume>[3];
}

/** What a kill left of a copy is removed, and copied again. */
async function populateFolder(
  context: VolumeContext,
  name: string,
  fromDirectory: string,
): Promise<void> {
  const { volumes, workers, local, faultPoint } = context;
  const record = findVolume(context, name);
  const target = local.pathOf(name);
  if (record.populating) {
    await removeTrees(workers, [target]);
    await mkdir(target);
  } else if ((await readdir(target)).length > 0) return;
  volumes.put({ ...record, populating: true });
  faultPoint('volume.populating');
  await copyInto(context, fromDirectory, target);
  faultPoint('volume.copied');
  volumes.put({ ...record, populating: false });
}

async function copyInto(
  { workers }: Pick<VolumeContext, 'workers'>,
  from: string,
  to: string,
): Promise<void> {
  await workers.run({ kind: 'copy', from, to });
  const root = await stat(from);
  await chown(to, root.uid, root.gid);
  await chmod(to, root.mode & 0o7777);
}
