import { chmodSync, lchownSync, linkSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import type { FilePath, Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import { DirectoryCache } from '../unpack/directory-cache.ts';
import { baseOf, parentOf } from '../unpack/entry-path.ts';
import { deviceNumber } from './device-number.ts';
import { timestampOf } from './timestamp-of.ts';
import { type TreeNode, walkTree } from './tree-walker.ts';
import { copyXattrs } from './xattr-copy.ts';

/**
 * Copies the tree at `from` into the existing, empty directory `to` with everything: owners, modes,
 * times, extended attributes, hard links, devices, holes. Extents are shared where the file system can.
 */
export function* copyTree(files: Files, from: ByteString, to: string): Generator<void, void> {
  const copier = new TreeCopier(files, to);
  try {
    for (const node of walkTree(from)) {
      copier.copy(node);
      yield;
    }
    copier.finish();
  } finally {
    copier.close();
  }
}

interface DirectoryTimes {
  readonly path: ByteString;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
}

class TreeCopier {
  readonly #files: Files;
  readonly #target: DirectoryCache;
  readonly #directories: DirectoryTimes[] = [];
  /** First copy of each file that has several names, by device and inode. */
  readonly #linked = new Map<string, ByteString>();
  #canClone = true;

  constructor(files: Files, to: string) {
    this.#files = files;
    const hooks = {
      found: () => {},
      implied: () => {},
      clearHidden: () => false,
      replacedHidden: () => {},
    };
    this.#target = new DirectoryCache(files, to, hooks);
  }

  copy(node: TreeNode): void {
    if (node.stat.isSocket()) return;
    const target = this.#targetOf(node);
    if (node.stat.isDirectory()) this.#directory(node, target);
    else if (this.#copiedAsLink(node, target)) return;
    else if (node.stat.isFile()) this.#file(node, toPath(target));
    else this.#special(node, toPath(target));
  }

  finish(): void {
    for (const { path, atimeNs, mtimeNs } of this.#directories) {
      const self = `${this.#target.ensure(path).prefix}.`;
      this.#files.setTimes(self, timestampOf(atimeNs), timestampOf(mtimeNs));
    }
  }

  close(): void {
    this.#target.clear();
  }

  #targetOf(node: TreeNode): ByteString {
    if (node.path === '') return `${this.#target.ensure('').prefix}.`;
    return this.#target.ensure(parentOf(node.path)).prefix + baseOf(node.path);
  }

  #directory({ path, access, stat }: TreeNode, target: ByteString): void {
    if (path !== '') mkdirSync(toPath(target), 0o700);
    const self = toPath(`${target}/.`);
    lchownSync(self, Number(stat.uid), Number(stat.gid));
    chmodSync(self, modeOf(stat.mode));
    copyXattrs(this.#files, toPath(access), self);
    this.#directories.push({ path, atimeNs: stat.atimeNs, mtimeNs: stat.mtimeNs });
  }

  #copiedAsLink({ path, stat }: TreeNode, target: ByteString): boolean {
    if (stat.nlink < 2n) return false;
    const key = `${stat.dev}:${stat.ino}`;
    const first = this.#linked.get(key);
    if (first === undefined) {
      this.#linked.set(key, path);
      return false;
    }
    const source = this.#target.ensure(parentOf(first)).prefix + baseOf(first);
    linkSync(toPath(source), toPath(target));
    return true;
  }

  #file({ access, stat }: TreeNode, target: FilePath): void {
    const from = toPath(access);
    this.#canClone &&= this.#files.cloneFile(from, target);
    if (!this.#canClone) this.#files.copyFile(from, target);
    lchownSync(target, Number(stat.uid), Number(stat.gid));
    chmodSync(target, modeOf(stat.mode));
    copyXattrs(this.#files, from, target);
    this.#files.setTimes(target, timestampOf(stat.atimeNs), timestampOf(stat.mtimeNs));
  }

  #special({ access, stat }: TreeNode, target: FilePath): void {
    if (stat.isSymbolicLink()) {
      symlinkSync(readlinkSync(toPath(access), { encoding: 'buffer' }), target);
    } else {
      const type = stat.isFIFO() ? 'fifo' : stat.isBlockDevice() ? 'block' : 'char';
      const { major, minor } = deviceNumber(stat.rdev);
      this.#files.mknod(target, type, modeOf(stat.mode), major, minor);
    }
    lchownSync(target, Number(stat.uid), Number(stat.gid));
    if (!stat.isSymbolicLink()) chmodSync(target, modeOf(stat.mode));
    copyXattrs(this.#files, toPath(access), target);
    this.#files.setTimes(target, timestampOf(stat.atimeNs), timestampOf(stat.mtimeNs));
  }
}

function modeOf(mode: bigint): number {
  return Number(mode & 0o7777n);
}
