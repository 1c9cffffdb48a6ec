import { closeSync, constants, mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '@berth/errors';
import type { Kernel, MountFlag } from '@berth/kernel';
import type { MountSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { holdRoot, releaseRoot } from '../container-root.ts';
import { removeMountedFolder } from '../mounts/pins.ts';
import { managedFileSpecs, mountSpecs } from '../start/mount-specs.ts';
import { UndoStack } from '../undo-stack.ts';
import { type FileView, viewOf } from './file-view.ts';

/** O_PATH of open(2). */
const pathOnly = 0o10000000;

/**
 * The files of a container that does not run: its root file system with volumes, binds and managed files
 * mounted in a folder of our own. What is temporary (tmpfs) is not there. Made in the container's queue, so that no
 * start or removal comes in between; afterwards it stands by itself.
 */
export async function openMountedView(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<FileView> {
  const holder = `files ${context.ids.next()}`;
  const directory = path.join(context.paths.views, holder.slice(-16));
  const release = async (): Promise<void> => {
    removeView(context.kernel, directory);
    await releaseRoot(context, entry, holder);
  };
  return await entry.queue.run(async () => {
    try {
      const root = await holdRoot(context, entry, holder);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await mountAll(context, entry, root, directory);
      const descriptor = context.kernel.files.openInRoot(
        directory,
        '.',
        pathOnly | constants.O_DIRECTORY,
      );
      return viewOf(descriptor, release);
    } catch (error) {
      await release().catch((later) => context.reportError(later, `closing files of ${entry.id}`));
      throw error;
    }
  });
}

/** Unmounts what a killed daemon left. */
export async function removeStrayViews({ kernel, paths }: ContainerContext): Promise<void> {
  await removeMountedFolder(kernel.mounts, paths.views);
}

function removeView({ mounts }: Kernel, directory: string): void {
  mounts.unmount(directory, { detach: true });
  try {
    rmdirSync(directory);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

async function mountAll(
  context: ContainerContext,
  entry: ContainerEntry,
  root: string,
  directory: string,
): Promise<void> {
  const { kernel, reportError } = context;
  const { record } = entry;
  kernel.mounts.mount({ source: root, target: directory, flags: ['bind'] });
  // What is mounted below must not appear in the mount that it was taken from.
  kernel.mounts.mount({ source: '', target: directory, flags: ['private'] });
  const pins = `${directory}-pins`;
  const sources = new UndoStack();
  try {
    await mkdir(pins, { mode: 0o700 });
    const all = await mountSpecs(context, record, sources, pins);
    const own = all.filter(({ type }) => type === 'bind');
    const specs = [...own, ...managedFileSpecs(record.facts.files ?? {}, own)];
    for (const spec of specs.sort((a, b) => depthOf(a) - depthOf(b))) {
      mountOne(kernel, directory, spec);
    }
    if (record.hostConfig.ReadonlyRootfs === true) {
      kernel.mounts.mount({ source: '', target: directory, flags: ['remount', 'bind', 'ro'] });
    }
  } finally {
    // The mounts made here keep what they show.
    await sources.undo(reportError);
    await removeMountedFolder(kernel.mounts, pins);
  }
}

function depthOf({ destination }: MountSpec): number {
  return path.posix.normalize(destination).split('/').length;
}

/** By descriptor: the mount point may lie in a volume that another container is changing. */
function mountOne(kernel: Kernel, root: string, spec: MountSpec): void {
  const options = spec.options ?? [];
  const flags: MountFlag[] = options.includes('rbind') ? ['bind', 'rec'] : ['bind'];
  const source = spec.source ?? '';
  const descriptor = openMountPoint(kernel, root, spec.destination, statSync(source).isDirectory());
  try {
    const target = `/proc/self/fd/${descriptor}`;
    kernel.mounts.mount({ source, target, flags });
  } finally {
    closeSync(descriptor);
  }
  const mounted = kernel.files.openInRoot(root, spec.destination, pathOnly);
  try {
    const target = `/proc/self/fd/${mounted}`;
    kernel.mounts.mount({ source: '', target, flags: ['rprivate'] });
    if (options.includes('ro')) {
      kernel.mounts.mount({ source: '', target, flags: ['remount', 'bind', 'ro'] });
    }
  } finally {
    closeSync(mounted);
  }
}

/** Opens the place for a mount, which is made where it is missing, as the runtime does at a start. */
function openMountPoint(kernel: Kernel, root: string, destination: string, folder: boolean) {
  const parts = path.posix
    .normalize(destination)
    .split('/')
    .filter((part) => part !== '');
  for (let count = 1; count <= parts.length; count++) {
    const place = `/${parts.slice(0, count).join('/')}`;
    const found = tryOpen(kernel, root, place);
    if (found !== undefined) {
      if (count === parts.length) return found;
      closeSync(found);
      continue;
    }
    makePlace(kernel, root, place, folder || count < parts.length);
  }
  return kernel.files.openInRoot(root, destination, pathOnly);
}

function tryOpen({ files }: Kernel, root: string, place: string): number | undefined {
  try {
    return files.openInRoot(root, place, pathOnly);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function makePlace({ files }: Kernel, root: string, place: string, folder: boolean): void {
  const parent = files.openInRoot(root, path.posix.dirname(place), pathOnly);
  try {
    const target = `/proc/self/fd/${parent}/${path.posix.basename(place)}`;
    if (folder) mkdirSync(target, 0o755);
    else writeFileSync(target, '', { flag: 'wx', mode: 0o644 });
  } finally {
    closeSync(parent);
  }
}
