import { randomBytes } from 'node:crypto';
import { chmod, chown, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Volume } from '@berth/engine-api';
import type { LayerTransfer } from '@berth/snapshots';
import { acquireVolume, type MountCounts, releaseVolume } from './mount-volume.ts';
import { placeVolume } from './place-volume.ts';
import { findVolume, type VolumeContext } from './volume-context.ts';

/** Moves tar archives in and out of folders off the event loop; entries are hostile. */
export type VolumeTransfer = Pick<LayerTransfer, 'pack' | 'unpack'>;

/** See VolumeService.export. The volume stays mounted until the stream is closed. */
export async function exportVolume(
  context: VolumeContext,
  counts: MountCounts,
  transfer: VolumeTransfer,
  { name, signal }: { readonly name: string; readonly signal?: AbortSignal },
): Promise<Readable> {
  const held = await holdVolume(context, counts, name);
  try {
    const stream = transfer.pack({
      directory: held.directory,
      whiteouts: 'none',
      ...(signal === undefined ? {} : { signal }),
    });
    stream.once('close', () => {
      held
        .release()
        .catch((error: unknown) =>
          context.reportError(error, `unmounting volume ${name} after its export`),
        );
    });
    return stream;
  } catch (error) {
    await held.release();
    throw error;
  }
}

/** See VolumeService.import. */
export async function importVolume(
  context: VolumeContext,
  transfer: VolumeTransfer,
  request: { readonly name: string; readonly source: Readable; readonly signal?: AbortSignal },
): Promise<Volume> {
  const { name, source, signal } = request;
  try {
    return await placeVolume(context, {
      name,
      fill: async (directory) => {
        await transfer.unpack({ source, directory, ...(signal === undefined ? {} : { signal }) });
      },
    });
  } finally {
    source.destroy();
  }
}

/** See VolumeService.clone. */
export async function cloneVolume(
  context: VolumeContext,
  counts: MountCounts,
  request: { readonly from: string; readonly name: string; readonly signal?: AbortSignal },
): Promise<Volume> {
  const { from, name, signal } = request;
  await using held = await holdVolume(context, counts, from);
  const { labels } = findVolume(context, from);
  return await placeVolume(context, {
    name,
    labels,
    fill: async (to) => {
      await context.workers.run({ kind: 'copy', from: held.directory, to }, signal);
      const root = await stat(held.directory);
      await chown(to, root.uid, root.gid);
      await chmod(to, root.mode & 0o7777);
    },
  });
}

interface HeldVolume extends AsyncDisposable {
  readonly directory: string;
  release(): Promise<void>;
}

/** Keeps the volume from being removed, and mounted where it has to be. */
async function holdVolume(
  context: VolumeContext,
  counts: MountCounts,
  name: string,
): Promise<HeldVolume> {
  const holder = `transfer-${randomBytes(8).toString('hex')}`;
  findVolume(context, name);
  counts.hold(name, holder);
  try {
    const directory = await acquireVolume(context, counts, name, holder);
    const release = async (): Promise<void> => {
      counts.letGo(name, holder);
      await releaseVolume(context, counts, name, holder);
    };
    return { directory, release, [Symbol.asyncDispose]: release };
  } catch (error) {
    counts.letGo(name, holder);
    throw error;
  }
}
