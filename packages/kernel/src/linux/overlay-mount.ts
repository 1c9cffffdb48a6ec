import { closeSync, constants, openSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import { KernelError } from '../kernel-error.ts';
import type { OverlayMountOptions } from '../mounts.ts';
import type { SysAddon } from '../sys/addon.ts';
import {
  fsconfigValueLimit,
  mountDataLimit,
  needsEscape,
  overlayData,
  splitOption,
} from './overlay-options.ts';

/** Commands of fsconfig(2) (linux/mount.h). */
const fsconfig = { setFlag: 0, setString: 1, create: 6 } as const;
const pathOnly = 0x200000;

/** Kernels that answered that they lack fsconfig `lowerdir+` are not asked again. */
let canAppendLower = true;

/**
 * Mounts an overlay whatever the length of its options. Options that fit into a page go through
 * mount(2), so that mountinfo shows the real folders. Longer ones go through fsconfig(2) `lowerdir+`
 * (Linux 6.8), or, without it, through mount(2) with the folders named as /proc/self/fd/N.
 */
export function mountOverlay(sys: SysAddon, options: OverlayMountOptions): void {
  const data = overlayData(options);
  if (Buffer.byteLength(data) <= mountDataLimit) {
    sys.mount('overlay', options.target, 'overlay', 0, data);
    return;
  }
  using folders = new FolderDescriptors();
  if (canAppendLower && mountByParts(sys, options, folders)) return;
  const short = {
    ...options,
    lower: options.lower.map((path) => folders.shortName(path)),
    ...(options.upper === undefined ? {} : { upper: folders.shortName(options.upper) }),
    ...(options.work === undefined ? {} : { work: folders.shortName(options.work) }),
  };
  sys.mount('overlay', options.target, 'overlay', 0, overlayData(short));
}

/** As mountOverlay; options that fit into a page, as nearly all do, are mounted on the thread pool. */
export async function mountOverlayAsync(
  sys: SysAddon,
  options: OverlayMountOptions,
): Promise<void> {
  const data = overlayData(options);
  if (Buffer.byteLength(data) > mountDataLimit) return mountOverlay(sys, options);
  await sys.mountAsync('overlay', options.target, 'overlay', 0, data);
}

/** False when this kernel lacks `lowerdir+`. */
function mountByParts(
  sys: SysAddon,
  options: OverlayMountOptions,
  folders: FolderDescriptors,
): boolean {
  let context: number;
  try {
    context = sys.fsopen('overlay');
  } catch (error) {
    if (errnoOf(error) !== 'ENOSYS' && errnoOf(error) !== 'EPERM') throw error;
    canAppendLower = false;
    return false;
  }
  try {
    if (!setLower(sys, context, options.lower, folders)) return false;
    setRest(sys, context, options, folders);
    attach(sys, context, options.target);
    return true;
  } catch (error) {
    throw withLog(error, sys.fslog(context), options.target);
  } finally {
    closeSync(context);
  }
}

function setLower(
  sys: SysAddon,
  context: number,
  lower: readonly string[],
  folders: FolderDescriptors,
): boolean {
  for (const [index, path] of lower.entries()) {
    const value = folders.valueFor(path);
    try {
      sys.fsconfig(context, fsconfig.setString, 'lowerdir+', value);
    } catch (error) {
      if (index > 0 || errnoOf(error) !== 'EINVAL') throw error;
      canAppendLower = false;
      return false;
    }
  }
  return true;
}

function setRest(
  sys: SysAddon,
  context: number,
  options: OverlayMountOptions,
  folders: FolderDescriptors,
): void {
  const set = (name: string, value: string | undefined) =>
    sys.fsconfig(
      context,
      value === undefined ? fsconfig.setFlag : fsconfig.setString,
      name,
      value ?? null,
    );
  if (options.upper !== undefined) set('upperdir', folders.valueFor(options.upper));
  if (options.work !== undefined) set('workdir', folders.valueFor(options.work));
  for (const option of options.options ?? []) set(...splitOption(option));
}

function attach(sys: SysAddon, context: number, target: string): void {
  sys.fsconfig(context, fsconfig.setString, 'source', 'overlay');
  sys.fsconfig(context, fsconfig.create, null, null);
  const mount = sys.fsmount(context, 0);
  try {
    sys.moveMount(mount, target);
  } finally {
    closeSync(mount);
  }
}

function withLog(error: unknown, log: string, target: string): unknown {
  if (!(error instanceof KernelError) || log === '') return error;
  return new KernelError(error.syscall, error.code, target, log);
}

/** Folders held open while a mount names them by descriptor. */
class FolderDescriptors {
  readonly #open: number[] = [];

  shortName(path: string): string {
    const descriptor = openSync(path, constants.O_DIRECTORY | pathOnly);
    this.#open.push(descriptor);
    return `/proc/self/fd/${descriptor}`;
  }

  /** The path itself where fsconfig(2) takes it as it stands. */
  valueFor(path: string): string {
    const fits = Buffer.byteLength(path) <= fsconfigValueLimit && !needsEscape(path);
    return fits ? path : this.shortName(path);
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#open) closeSync(descriptor);
  }
}
