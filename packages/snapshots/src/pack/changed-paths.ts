import { type ByteString, fromText, toPath } from '@berth/tar/byte-string.ts';
import type { PackBase } from '../layer-transfer.ts';
import { findDifferences } from '../tree/compare-trees.ts';
import { portableXattrs } from '../tree/xattr-copy.ts';
import { type JobContext, runInTurns } from '../worker/job-context.ts';
import { sameXattrs } from './root-attributes.ts';

/** What a layer between two whole trees consists of. */
export class ChangedPaths {
  readonly #changed = new Set<ByteString>(['']);
  /** Names that are gone, by the directory that they were in. */
  readonly #gone = new Map<ByteString, ByteString[]>();

  private constructor() {}

  static async find(base: PackBase, after: string, context: JobContext): Promise<ChangedPaths> {
    const { files } = context;
    const xattrsOf = (path: ByteString) => portableXattrs(files, toPath(path));
    const found = await runInTurns(
      findDifferences({
        before: base.directory === undefined ? undefined : fromText(base.directory),
        after: fromText(after),
        given: new Set(base.given.map(fromText)),
        differsInside: (one, other) => !sameXattrs(xattrsOf(one), xattrsOf(other)),
      }),
      context,
    );
    const paths = new ChangedPaths();
    for (const { kind, path } of found.changes.entries) {
      if (kind === 'deleted') paths.#addGone(path);
      else paths.#changed.add(path);
    }
    return paths;
  }

  has(path: ByteString): boolean {
    return this.#changed.has(path);
  }

  goneFrom(directory: ByteString): readonly ByteString[] {
    return this.#gone.get(directory) ?? [];
  }

  #addGone(path: ByteString): void {
    const slash = path.lastIndexOf('/');
    const directory = slash < 0 ? '' : path.slice(0, slash);
    const names = this.#gone.get(directory) ?? [];
    names.push(path.slice(slash + 1));
    this.#gone.set(directory, names);
  }
}
