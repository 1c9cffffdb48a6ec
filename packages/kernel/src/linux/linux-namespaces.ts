import { closeSync, openSync, unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { NamespaceOwner, Namespaces } from '../namespaces.ts';
import { sysAddon } from '../sys/addon.ts';
import { idMapText } from './id-map-text.ts';
import { detachFlag } from './mount-flags.ts';
import { sysctlPath } from './sysctl-path.ts';

/** CLONE_NEWNET of setns(2). */
const networkType = 0x40000000;

export class LinuxNamespaces implements Namespaces {
  createNetworkNamespace(path: string): void {
    sysAddon().pinNetworkNamespace(path);
  }

  removeNetworkNamespace(path: string): void {
    ignoring(['EINVAL', 'ENOENT'], () => sysAddon().umount(path, detachFlag));
    ignoring(['ENOENT'], () => unlinkSync(path));
  }

  createNetworkNamespaceAsync(path: string, owner?: NamespaceOwner): Promise<void> {
    if (owner === undefined) return sysAddon().pinNetworkNamespaceAsync(path);
    if ('joined' in owner) return sysAddon().pinJoinedNamespaceAsync(path, owner.joined);
    const { uids, gids } = owner;
    return sysAddon().pinOwnedNamespaceAsync(path, idMapText(uids), idMapText(gids));
  }

  openOwner(path: string): number {
    return sysAddon().openOwner(path);
  }

  async removeNetworkNamespaceAsync(path: string): Promise<void> {
    await ignoringAsync(['EINVAL', 'ENOENT'], () => sysAddon().umountAsync(path, detachFlag));
    await ignoringAsync(['ENOENT'], () => unlink(path));
  }

  async setSysctlAsync(path: string, name: string, value: string): Promise<void> {
    const inside = openSync(path, 'r');
    try {
      const file = join('/proc/sys', sysctlPath(name));
      await sysAddon().writeInNamespaceAsync(inside, file, value);
    } finally {
      closeSync(inside);
    }
  }

  withNetworkNamespace<T>(path: string, action: () => T): T {
    const sys = sysAddon();
    const home = openSync('/proc/thread-self/ns/net', 'r');
    try {
      const inside = openSync(path, 'r');
      try {
        sys.setns(inside, networkType);
      } finally {
        closeSync(inside);
      }
      try {
        return action();
      } finally {
        comeBack(home);
      }
    } finally {
      closeSync(home);
    }
  }
}

function comeBack(home: number): void {
  try {
    sysAddon().setns(home, networkType);
  } catch {
    process.abort();
  }
}

function ignoring(codes: readonly string[], action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!codes.includes(errnoOf(error) ?? '')) throw error;
  }
}

async function ignoringAsync(
  codes: readonly string[],
  action: () => Promise<unknown>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!codes.includes(errnoOf(error) ?? '')) throw error;
  }
}
