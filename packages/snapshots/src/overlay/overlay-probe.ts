import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, EngineError, engineError, errnoOf } from '@berth/errors';
import type { Kernel, OverlayMountOptions } from '@berth/kernel';
import { type OverlayNamespace, overlayNames } from '../tree/overlay-names.ts';

/** What overlayfs can do in a folder. */
export interface OverlayFeatures {
  /** `user` when the mounts need `userxattr` (no right to set `trusted.*`). */
  readonly namespace: OverlayNamespace;
  /** Mount options that keep the format of upper directories plain. */
  readonly options: readonly string[];
  /** The file system reports file types in directories, which whiteouts need to stay hidden. */
  readonly supportsDType: boolean;
  /** Docker's name of the file system below. */
  readonly backing: string;
}

/**
 * Switches that a kernel may have on by default. Off, an upper directory holds whole files, whiteouts
 * and opaque marks only, so that differences can be read from it and layers be moved freely.
 */
const plainFormat: readonly string[] = ['index=off', 'metacopy=off', 'redirect_dir=off'];

/** How the folders begin in which overlayfs is tried. */
export const probePrefix = 'probe-';

/** Tries overlayfs in `root`. Fails with snapshots.driver-unavailable or common.no-space. */
export function probeOverlay(kernel: Kernel, root: string): OverlayFeatures {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(root, probePrefix));
    const namespace = probeNamespace(kernel, folder);
    const mount = prepareMount(kernel, folder, namespace);
    const needed = namespace === 'user' ? ['userxattr'] : [];
    const options = [...needed, ...acceptedOptions(kernel, { ...mount, options: needed })];
    kernel.mounts.mountOverlay({ ...mount, options });
    const supportsDType = hidesWhatItShould(mount.target);
    return { namespace, options, supportsDType, backing: backingName(kernel, root) };
  } catch (cause) {
    const error = diskError(cause, 'trying overlayfs', root);
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const details = { driver: 'overlay2', root, reason };
    throw engineError('snapshots.driver-unavailable', details, { cause: error });
  } finally {
    if (folder !== undefined) {
      kernel.mounts.unmount(join(folder, 'merged'), { detach: true });
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function probeNamespace(kernel: Kernel, folder: string): OverlayNamespace {
  try {
    kernel.files.setXattr(folder, overlayNames('trusted').implied, Buffer.from('y'));
    return 'trusted';
  } catch (error) {
    if (!['EPERM', 'EOPNOTSUPP', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error;
    kernel.files.setXattr(folder, overlayNames('user').implied, Buffer.from('y'));
    return 'user';
  }
}

function prepareMount(
  kernel: Kernel,
  folder: string,
  namespace: OverlayNamespace,
): OverlayMountOptions & { readonly lower: readonly [string]; readonly upper: string } {
  const at = (...parts: string[]) => join(folder, ...parts);
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name), 0o755);
  for (const name of ['lower/d', 'upper/d']) mkdirSync(at(name), 0o755);
  for (const name of ['lower/hidden', 'lower/d/hidden']) writeFileSync(at(name), '');
  kernel.files.mknod(at('upper/hidden'), 'char', 0, 0, 0);
  kernel.files.setXattr(at('upper/d'), overlayNames(namespace).opaque, Buffer.from('y'));
  return { lower: [at('lower')], upper: at('upper'), work: at('work'), target: at('merged') };
}

/** The switches that this kernel knows: all of them in general, so that one mount decides. */
function acceptedOptions(kernel: Kernel, mount: OverlayMountOptions): readonly string[] {
  const accepts = (options: readonly string[]) => {
    try {
      kernel.mounts.mountOverlay({ ...mount, options: [...(mount.options ?? []), ...options] });
    } catch (error) {
      if (errnoOf(error) === 'EINVAL') return false;
      throw error;
    }
    kernel.mounts.unmount(mount.target);
    return true;
  };
  return accepts(plainFormat) ? plainFormat : plainFormat.filter((option) => accepts([option]));
}

/** True when the whiteout and the opaque directory hide what they should, and writing works. */
function hidesWhatItShould(target: string): boolean {
  writeFileSync(join(target, 'd', 'written'), '');
  const seen = [...readdirSync(target), ...readdirSync(join(target, 'd'))];
  return seen.join() === 'd,written';
}

function backingName(kernel: Kernel, root: string): string {
  const { type } = kernel.files.statFileSystem(root);
  return /^ext[234]?$/.test(type) ? 'extfs' : type;
}
