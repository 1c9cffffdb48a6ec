import { type BigIntStats, closeSync } from 'node:fs';
import type { ByteString } from '@berth/tar/byte-string.ts';
import type { Change, Usage } from '../snapshotter.ts';
import { childPath } from '../unpack/entry-path.ts';
import { ChangeList } from './change-list.ts';
import { differs } from './stat-difference.ts';
import { depthLimit, type OpenLevel, openLevel, statOf, tooDeep } from './tree-walker.ts';

interface Level {
  readonly before: OpenLevel | undefined;
  readonly after: OpenLevel;
  readonly names: readonly ByteString[];
  next: number;
}

export interface Difference {
  readonly changes: Change[];
  /** Files that only `after` has or has otherwise. */
  readonly usage: Usage;
}

/**
 * What differs between two whole trees. Paths in `given` count as unchanged where only `after` has
 * them. Without `before` everything else is added.
 */
export function* compareTrees(
  before: ByteString | undefined,
  after: ByteString,
  given: ReadonlySet<ByteString>,
): Generator<void, Difference> {
  const found = yield* findDifferences({ before, after, given });
  return { changes: found.changes.toArray(), usage: { bytes: found.bytes, inodes: found.inodes } };
}

export interface Comparison {
  readonly before: ByteString | undefined;
  readonly after: ByteString;
  readonly given: ReadonlySet<ByteString>;
  /** Called for files with the same attributes; true when they count as modified all the same. */
  readonly differsInside?: (before: ByteString, after: ByteString) => boolean;
}

/** compareTrees with paths as bytes. */
export function* findDifferences(comparison: Comparison): Generator<void, Found> {
  const { before, after } = comparison;
  const found = new Found();
  const levels: Level[] = [];
  try {
    pushLevel(levels, before, after, '');
    for (let count = 1; levels.length > 0; count++) {
      if (count % 64 === 0) yield;
      const level = levels[levels.length - 1]!;
      const name = level.names[level.next++];
      if (name === undefined) closeLevel(levels.pop()!);
      else compareName(levels, level, name, comparison, found);
    }
  } finally {
    for (const level of levels) closeLevel(level);
  }
  return found;
}

export class Found {
  readonly changes = new ChangeList();
  bytes = 0;
  inodes = 0;

  add(kind: 'added' | 'modified', path: ByteString, stat: BigIntStats): void {
    this.changes.add(kind, path);
    this.inodes++;
    if (stat.isFile()) this.bytes += Number(stat.size);
  }
}

function compareName(
  levels: Level[],
  level: Level,
  name: ByteString,
  { given, differsInside }: Comparison,
  found: Found,
): void {
  const path = childPath(level.after.path, name);
  const accessAfter = level.after.prefix + name;
  const accessBefore = level.before === undefined ? undefined : level.before.prefix + name;
  const after = statOf(accessAfter);
  const before = accessBefore === undefined ? undefined : statOf(accessBefore);
  if (after === undefined) {
    if (before !== undefined) found.changes.add('deleted', path);
    return;
  }
  if (before === undefined && !given.has(path)) found.add('added', path, after);
  if (before !== undefined && accessBefore !== undefined) {
    const changed = differs(before, after) || differsInside?.(accessBefore, accessAfter) === true;
    if (changed) found.add('modified', path, after);
  }
  if (!after.isDirectory()) return;
  pushLevel(levels, before?.isDirectory() ? accessBefore : undefined, accessAfter, path);
}

function pushLevel(
  levels: Level[],
  before: ByteString | undefined,
  after: ByteString,
  path: ByteString,
): void {
  if (levels.length >= depthLimit) throw tooDeep(path);
  const afterLevel = openLevel(after, path);
  if (afterLevel === undefined) return;
  const beforeLevel = before === undefined ? undefined : openLevel(before, path);
  const names = new Set([...afterLevel.names, ...(beforeLevel?.names ?? [])]);
  levels.push({ before: beforeLevel, after: afterLevel, names: [...names].sort(), next: 0 });
}

function closeLevel(level: Level): void {
  closeSync(level.after.fd);
  if (level.before !== undefined) closeSync(level.before.fd);
}
