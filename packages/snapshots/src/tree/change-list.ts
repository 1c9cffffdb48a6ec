import { type ByteString, toText } from '@berth/tar/byte-string.ts';
import type { Change } from '../snapshotter.ts';

/** A change with its path as bytes, without the leading slash. */
export interface ListedChange {
  readonly kind: Change['kind'];
  readonly path: ByteString;
}

/**
 * Collects changes in walking order (parents before children). A directory around a change is listed
 * as modified even when it is the same itself, as `docker diff` does.
 */
export class ChangeList {
  readonly #changes: ListedChange[] = [];
  readonly #listed = new Set<ByteString>();

  /** In the order in which they were added. */
  get entries(): readonly ListedChange[] {
    return this.#changes;
  }

  add(kind: Change['kind'], path: ByteString): void {
    if (this.#listed.has(path)) return;
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      this.#push('modified', path.slice(0, slash));
    }
    this.#push(kind, path);
  }

  toArray(): Change[] {
    return this.#changes.map(({ kind, path }) => ({ kind, path: `/${toText(path)}` }));
  }

  #push(kind: Change['kind'], path: ByteString): void {
    if (this.#listed.has(path)) return;
    this.#listed.add(path);
    this.#changes.push({ kind, path });
  }
}
