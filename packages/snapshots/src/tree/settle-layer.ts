import { chmodSync, chownSync, closeSync, unlinkSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import type { Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import { type Below, LowerView } from './lower-view.ts';
import type { OverlayNames } from './overlay-names.ts';
import { readRootMarks, writeRootMarks } from './root-marks.ts';
import { timestampOf } from './timestamp-of.ts';
import {
  depthLimit,
  isWhiteoutStat,
  type OpenLevel,
  openLevel,
  openRoot,
  statOf,
  tooDeep,
} from './tree-walker.ts';
import { copyXattrs } from './xattr-copy.ts';

interface Level {
  readonly open: OpenLevel;
  /** Directories of the layers below that this one is merged with. */
  readonly below: readonly ByteString[];
  next: number;
}

/**
 * Fits a layer to the layers below it, which are not known while it is unpacked:
 * - an archive may name `tmp/file` without `tmp`; such directories get the attributes from below, since
 *   overlayfs would show their own, default ones;
 * - whiteouts that hide nothing are removed: in a directory that is not merged with one below, overlayfs
 *   would list them as files that cannot be opened.
 * Repeating it after an interruption is harmless.
 */
export function* settleLayer(
  files: Files,
  names: OverlayNames,
  layer: ByteString,
  lower: readonly ByteString[],
): Generator<void, void> {
  const marks = readRootMarks(files, names, layer);
  const settler = new Settler(files, names);
  const levels: Level[] = [{ open: openRoot(layer), below: marks.opaque ? [] : lower, next: 0 }];
  try {
    for (let count = 1; levels.length > 0; count++) {
      if (count % 64 === 0) yield;
      const level = levels[levels.length - 1]!;
      const name = level.open.names[level.next++];
      if (name !== undefined) settler.settle(levels, level, name);
      else closeSync(levels.pop()!.open.fd);
    }
  } finally {
    for (const { open } of levels) closeSync(open.fd);
  }
  if (marks.rootImplied) writeRootMarks(files, names, layer, ['root']);
  else removeMark(files, names, layer);
}

class Settler {
  readonly #files: Files;
  readonly #names: OverlayNames;
  readonly #view: LowerView;

  constructor(files: Files, names: OverlayNames) {
    this.#files = files;
    this.#names = names;
    this.#view = new LowerView(files, names);
  }

  settle(levels: Level[], level: Level, name: ByteString): void {
    const access = level.open.prefix + name;
    const stat = statOf(access);
    if (stat === undefined) return;
    if (isWhiteoutStat(stat)) {
      if (this.#view.lookUp(level.below, name) === undefined) unlinkSync(toPath(access));
    } else if (stat.isDirectory()) {
      this.#directory(levels, access, name, this.#view.lookUp(level.below, name));
    }
  }

  #directory(levels: Level[], access: ByteString, name: ByteString, below?: Below): void {
    const replaces = this.#view.isOpaque(access) || below?.stat.isDirectory() !== true;
    const merged = replaces ? [] : below.directories;
    if (this.#files.getXattr(toPath(access), this.#names.implied) !== undefined) {
      const source = below?.directories[0];
      if (source !== undefined) copyAttributes(this.#files, source, access);
      removeMark(this.#files, this.#names, access);
    }
    if (levels.length >= depthLimit) throw tooDeep(name);
    const open = openLevel(access, name);
    if (open !== undefined) levels.push({ open, below: merged, next: 0 });
  }
}

/** Both are directories of layers, which nobody changes; `.` keeps a final name from being followed. */
function copyAttributes(files: Files, from: ByteString, to: ByteString): void {
  const stat = statOf(from)!;
  const target = toPath(`${to}/.`);
  chownSync(target, Number(stat.uid), Number(stat.gid));
  chmodSync(target, Number(stat.mode & 0o7777n));
  copyXattrs(files, toPath(from), target);
  files.setTimes(target, timestampOf(stat.atimeNs), timestampOf(stat.mtimeNs));
}

function removeMark(files: Files, names: OverlayNames, path: ByteString): void {
  try {
    files.removeXattr(toPath(path), names.implied);
  } catch (error) {
    if (errnoOf(error) !== 'ENODATA') throw error;
  }
}
