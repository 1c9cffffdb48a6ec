import { closeSync, readFileSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import type {
  MappedTreeOptions,
  MountEntry,
  MountOptions,
  Mounts,
  OverlayMountOptions,
} from '../mounts.ts';
import { sysAddon } from '../sys/addon.ts';
import { idMapText } from './id-map-text.ts';
import { detachFlag, mountFlags } from './mount-flags.ts';
import { isAtOrUnder, parseMountInfo } from './mountinfo.ts';
import { mountOverlay, mountOverlayAsync } from './overlay-mount.ts';

export class LinuxMounts implements Mounts {
  mount(options: MountOptions): void {
    sysAddon().mount(
      options.source,
      options.target,
      options.fsType ?? null,
      mountFlags(options.flags ?? []),
      options.data ?? null,
    );
  }

  async mountAsync(options: MountOptions): Promise<void> {
    await sysAddon().mountAsync(
      options.source,
      options.target,
      options.fsType ?? null,
      mountFlags(options.flags ?? []),
      options.data ?? null,
    );
  }

  mountOverlay(options: OverlayMountOptions): void {
    mountOverlay(sysAddon(), options);
  }

  mountOverlayAsync(options: OverlayMountOptions): Promise<void> {
    return mountOverlayAsync(sysAddon(), options);
  }

  mountMapped({ source, target, mappings }: MappedTreeOptions): void {
    const sys = sysAddon();
    const owners = sys.openUserNamespace(idMapText(mappings.uids), idMapText(mappings.gids));
    try {
      const tree = sys.mapTree(source, owners);
      try {
        sys.moveMount(tree, target);
      } finally {
        closeSync(tree);
      }
    } finally {
      closeSync(owners);
    }
  }

  unmount(target: string, options: { readonly detach?: boolean } = {}): void {
    try {
      sysAddon().umount(target, options.detach === true ? detachFlag : 0);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno !== 'EINVAL' && errno !== 'ENOENT') throw error;
    }
  }

  async unmountAsync(target: string, options: { readonly detach?: boolean } = {}): Promise<void> {
    try {
      await sysAddon().umountAsync(target, options.detach === true ? detachFlag : 0);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno !== 'EINVAL' && errno !== 'ENOENT') throw error;
    }
  }

  list(prefix?: string): MountEntry[] {
    const entries = parseMountInfo(readFileSync('/proc/thread-self/mountinfo', 'utf8'));
    if (prefix === undefined) return entries;
    return entries.filter((entry) => isAtOrUnder(entry.mountPoint, prefix));
  }
}
