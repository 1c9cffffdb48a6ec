import { closeSync, readdirSync } from 'node:fs';
import type { Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import type { Change } from '../snapshotter.ts';
import { childPath } from '../unpack/entry-path.ts';
import { ChangeList } from './change-list.ts';
import { LowerView } from './lower-view.ts';
import type { OverlayNames } from './overlay-names.ts';
import { differs } from './stat-difference.ts';
import {
  depthLimit,
  isWhiteoutStat,
  type OpenLevel,
  openLevel,
  statOf,
  tooDeep,
} from './tree-walker.ts';

interface Level {
  readonly upper: OpenLevel;
  readonly below: readonly ByteString[];
  readonly names: readonly ByteString[];
  next: number;
}

/**
 * What `upper` changes over the merged `lower` directories (topmost first), from the upper tree alone:
 * whiteouts and opaque directories give deletions, files that were copied up and are as before give
 * nothing.
 */
export function* overlayChanges(
  files: Files,
  names: OverlayNames,
  upper: ByteString,
  lower: readonly ByteString[],
): Generator<void, Change[]> {
  const comparison = new OverlayComparison(files, names);
  const levels: Level[] = [];
  try {
    comparison.push(levels, upper, '', lower);
    for (let count = 1; levels.length > 0; count++) {
      if (count % 64 === 0) yield;
      const level = levels[levels.length - 1]!;
      const name = level.names[level.next++];
      if (name !== undefined) comparison.compare(levels, level, name);
      else closeSync(levels.pop()!.upper.fd);
    }
  } finally {
    for (const { upper } of levels) closeSync(upper.fd);
  }
  return comparison.changes.toArray();
}

class OverlayComparison {
  readonly changes = new ChangeList();
  readonly #view: LowerView;

  constructor(files: Files, names: OverlayNames) {
    this.#view = new LowerView(files, names);
  }

  compare(levels: Level[], level: Level, name: ByteString): void {
    const path = childPath(level.upper.path, name);
    const access = level.upper.prefix + name;
    const stat = statOf(access);
    const below = this.#view.lookUp(level.below, name);
    if (stat === undefined || isWhiteoutStat(stat)) {
      if (below !== undefined) this.changes.add('deleted', path);
      return;
    }
    if (below === undefined) this.changes.add('added', path);
    else if (differs(below.stat, stat)) this.changes.add('modified', path);
    if (stat.isDirectory()) this.push(levels, access, path, below?.directories ?? []);
  }

  push(levels: Level[], access: ByteString, path: ByteString, below: readonly ByteString[]): void {
    if (levels.length >= depthLimit) throw tooDeep(path);
    const upper = openLevel(access, path);
    if (upper === undefined) return;
    const hides = below.length > 0 && this.#view.isOpaque(`${upper.prefix}.`);
    levels.push({ upper, below, names: hides ? union(upper.names, below) : upper.names, next: 0 });
  }
}

function union(names: readonly ByteString[], directories: readonly ByteString[]): ByteString[] {
  const all = new Set(names);
  for (const directory of directories) {
    for (const name of readdirSync(toPath(directory), { encoding: 'latin1' })) all.add(name);
  }
  return [...all].sort();
}
