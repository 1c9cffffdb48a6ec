import { access } from 'node:fs/promises';
import { engineError } from '@berth/errors';
import type { VolumeService } from '@berth/volumes';
import type { UndoStack } from '../undo-stack.ts';
import type { MountRecord } from './mount-record.ts';

/** Marks volumes that were not named by a person (Docker's label). */
const anonymousLabel = 'com.docker.volume.anonymous';

/** The plan with names for anonymous volumes. */
export function nameAnonymousVolumes(
  planned: readonly MountRecord[],
  newName: () => string,
): MountRecord[] {
  return planned.map((mount) =>
    mount.type === 'volume' && mount.name === undefined ? { ...mount, name: newName() } : mount,
  );
}

/**
 * Makes the plan real at create: checks bind sources that must exist, creates volumes and records
 * their use. Every volume of the plan has its name already.
 */
export async function prepareMounts(
  planned: readonly MountRecord[],
  containerId: string,
  volumes: VolumeService,
  undo: UndoStack,
): Promise<MountRecord[]> {
  const prepared: MountRecord[] = [];
  for (const mount of planned) {
    if (mount.type === 'bind') await requireBindSource(mount);
    prepared.push(
      mount.type === 'volume' ? await createVolume(mount, containerId, volumes, undo) : mount,
    );
  }
  return prepared;
}

async function requireBindSource(mount: MountRecord): Promise<void> {
  if (mount.createSource) return;
  try {
    await access(mount.source);
  } catch (cause) {
    throw engineError('containers.bind-source-missing', { path: mount.source }, { cause });
  }
}

async function createVolume(
  mount: MountRecord,
  containerId: string,
  volumes: VolumeService,
  undo: UndoStack,
): Promise<MountRecord> {
  const name = mount.name ?? '';
  if (!volumes.exists(name))
    undo.defer(`remove volume ${name}`, () => volumes.remove(name, { force: true }));
  const labels = {
    ...mount.volumeOptions?.Labels,
    ...(mount.anonymous ? { [anonymousLabel]: '' } : {}),
  };
  const volume = await volumes.create({
    Name: name,
    ...(mount.driver === undefined ? {} : { Driver: mount.driver }),
    Labels: labels,
    ...(mount.volumeOptions?.DriverConfig?.Options
      ? { DriverOpts: mount.volumeOptions.DriverConfig.Options }
      : {}),
  });
  undo.defer(`release volume ${name}`, () => volumes.release(containerId));
  volumes.reference({ volume: name, containerId });
  return { ...mount, driver: volume.Driver };
}
