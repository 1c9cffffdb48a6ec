import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeTrees } from '@berth/snapshots';
import { finishPlacing } from './place-volume.ts';
import { removeRecorded } from './remove-volume.ts';
import { driverOf, type VolumeContext } from './volume-context.ts';
import type { VolumeRecord } from './volume-record.ts';

/** See VolumeService.reconcile. What concerns plug-ins goes on in the background: they may not answer. */
export async function reconcileVolumes(context: VolumeContext): Promise<void> {
  const { root, volumes, workers, local, clock } = context;
  await mkdir(root, { recursive: true, mode: 0o701 });
  for (const record of volumes.all()) finishPlacing(context, record);
  const known = new Set(volumes.all().map((record) => record.name));
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || known.has(entry.name)) continue;
    const folder = path.join(root, entry.name);
    if (entry.name.startsWith('.')) await removeTrees(workers, [folder]);
    else if (await isDirectory(path.join(folder, '_data'))) {
      volumes.insert({
        ...{ name: entry.name, createdAt: clock.now().toISOString() },
        ...{ labels: {}, options: {}, anonymous: false, populating: false },
      });
    }
  }
  for (const record of volumes.all()) {
    if (record.driver !== undefined) void settleRemote(context, record);
    else if (record.removing) await removeRecorded(context, record);
    else local.makeFolders(record.name);
  }
}

/** A volume that the plug-in has stays; one that it has not was never made, or is removed. */
async function settleRemote(context: VolumeContext, record: VolumeRecord): Promise<void> {
  if (!record.creating && !record.removing) return;
  const { volumes, names, reportError } = context;
  await names.run(record.name, async () => {
    try {
      const found = await driverOf(context, record).get(record.name);
      if (found === undefined) volumes.delete(record.name);
      else if (record.removing) await removeRecorded(context, record);
      else volumes.put({ ...record, creating: false });
    } catch (error) {
      if (record.removing) volumes.put({ ...record, removing: false });
      reportError(error, `reconciling volume ${record.name}`);
    }
  });
}

async function isDirectory(candidate: string): Promise<boolean> {
  return stat(candidate).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
