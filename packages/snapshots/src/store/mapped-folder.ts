import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { engineError, errnoOf } from '@berth/errors';
import type { IdMappings, IdRange, Kernel } from '@berth/kernel';

/** For containers in user namespaces: owners on disk stay as in images, those seen are mapped. */
export interface OwnerMapping {
  readonly mappings: IdMappings;
  /** Folder for the mount that shows the driver's folder with mapped owners. */
  readonly directory: string;
}

/**
 * An ID on disk that nobody has: what the daemon itself, which has no ID inside, makes in a mapped tree belongs to it
 * until its owner is set. Without it the kernel would refuse to make anything (EOVERFLOW).
 */
const daemonOnDisk = 2 ** 32 - 3;
/** What the group of the driver's folders (`admitGroup`), which is one of the host, is seen as. */
const admittedSeen = 2 ** 32 - 4;

/**
 * A folder mounted a second time with mapped owners (mount_setattr(2)). One mount serves all containers: overlays made
 * of folders in it, and binds of them, keep the mapping.
 */
export class MappedFolder {
  readonly mappings: IdMappings;
  readonly #kernel: Kernel;
  readonly #root: string;
  readonly #target: string;

  /** Fails with snapshots.mapping-unavailable where the kernel or the file system cannot map owners. */
  constructor(kernel: Kernel, driver: string, root: string, mapping: OwnerMapping) {
    const target = mappedTarget(mapping.directory, driver);
    this.mappings = mapping.mappings;
    this.#kernel = kernel;
    this.#root = root;
    this.#target = target;
    mkdirSync(target, { recursive: true, mode: 0o711 });
    const mappings = {
      uids: withDaemon(this.mappings.uids),
      gids: withDaemon(withAdmitted(this.mappings.gids)),
    };
    try {
      kernel.mounts.mountMapped({ source: root, target, mappings });
    } catch (error) {
      throw mappingUnavailable(driver, root, error);
    }
  }

  /** The place of a path below the folder in the mapped mount. */
  path(path: string): string {
    return `${this.#target}/${relative(this.#root, path)}`;
  }

  [Symbol.dispose](): void {
    this.#kernel.mounts.unmount(this.#target, { detach: true });
  }
}

/** Unmounts what a killed daemon left. Mounts made of it go on. */
export function removeStrayMapping(kernel: Kernel, directory: string, driver: string): void {
  kernel.mounts.unmount(mappedTarget(directory, driver), { detach: true });
}

function mappedTarget(directory: string, driver: string): string {
  return `${directory}/${driver}`;
}

export function mappingUnavailable(driver: string, root: string, cause: unknown): Error {
  if (errnoOf(cause) === undefined) return cause as Error;
  const reason = (cause as Error).message;
  return engineError('snapshots.mapping-unavailable', { driver, root, reason }, { cause });
}

/** Not even the daemon may pass folders with an owner that has no counterpart. */
function withAdmitted(ranges: readonly IdRange[]): readonly IdRange[] {
  const group = ranges[0]?.outside;
  const known = ranges.some(({ inside, size }) => group! >= inside && group! < inside + size);
  if (group === undefined || known) return ranges;
  return [...ranges, { inside: group, outside: admittedSeen, size: 1 }];
}

function withDaemon(ranges: readonly IdRange[]): IdRange[] {
  return [...ranges, { inside: daemonOnDisk, outside: 0, size: 1 }];
}
