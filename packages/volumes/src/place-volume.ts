import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Volume } from '@berth/engine-api';
import { diskError, engineError } from '@berth/errors';
import { removeTrees } from '@berth/snapshots';
import {
  describeVolume,
  publishVolume,
  type VolumeContext,
  wholeSeconds,
} from './volume-context.ts';
import { checkVolumeName } from './volume-name.ts';
import type { VolumeRecord } from './volume-record.ts';

/** What the new volume is to be called, and what `fill` puts into its empty folder. */
export interface NewVolume {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly fill: (directory: string) => Promise<void>;
}

/**
 * A new volume of `local` that appears with all of its content or not at all: it is filled under a hidden name, which a
 * failure or the next daemon removes. From the moment that it has a record, the next daemon gives it its name.
 */
export async function placeVolume(context: VolumeContext, request: NewVolume): Promise<Volume> {
  const { name, fill } = request;
  checkVolumeName(name);
  await requireFree(context, name);
  const { root, faultPoint } = context;
  const placing = `.incoming-${randomBytes(8).toString('hex')}`;
  const folder = path.join(root, placing);
  try {
    mkdirSync(path.join(folder, '_data'), { recursive: true, mode: 0o755 });
    context.local.setOwner(path.join(folder, '_data'));
    faultPoint('volume.incoming');
    await fill(path.join(folder, '_data'));
    faultPoint('volume.filled');
    const record = place(context, request, placing);
    publishVolume(context, 'create', record);
    return describeVolume(context, record);
  } catch (error) {
    await removeTrees(context.workers, [folder]);
    throw diskError(error, `filling volume ${name}`, folder);
  }
}

/** In one synchronous step, so that nobody makes another volume of this name in between. */
function place(
  context: VolumeContext,
  { name, labels = {} }: NewVolume,
  placing: string,
): VolumeRecord {
  const { volumes, root, clock, faultPoint } = context;
  if (volumes.get(name) !== undefined) throw engineError('volumes.exists', { name });
  const record: VolumeRecord = {
    ...{ name, labels, options: {}, anonymous: false, populating: false },
    createdAt: wholeSeconds(clock.now()),
  };
  volumes.insert({ ...record, placing });
  faultPoint('volume.placing');
  try {
    renameSync(path.join(root, placing), path.join(root, name));
  } catch (error) {
    volumes.delete(name);
    throw error;
  }
  faultPoint('volume.placed');
  volumes.put(record);
  return record;
}

/** What a daemon did that was killed while it placed a volume: the content is complete. */
export function finishPlacing(
  { volumes, root }: Pick<VolumeContext, 'volumes' | 'root'>,
  record: VolumeRecord,
): void {
  const { placing, ...placed } = record;
  if (placing === undefined) return;
  const folder = path.join(root, placing);
  if (existsSync(folder)) renameSync(folder, path.join(root, record.name));
  volumes.put(placed);
}

async function requireFree(context: VolumeContext, name: string): Promise<void> {
  const taken = context.volumes.get(name) ?? (await context.drivers.find(name));
  if (taken !== undefined) throw engineError('volumes.exists', { name });
}
