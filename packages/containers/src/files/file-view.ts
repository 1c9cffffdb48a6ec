import { closeSync, constants, fstatSync, statSync } from 'node:fs';
import { engineError } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { openMountedView } from './mounted-view.ts';

/** O_PATH of open(2). */
const pathOnly = 0o10000000;

/**
 * A container's files as the container sees them, volumes and binds included. `root` is a path for this
 * process that names the root directory itself, whatever becomes of its name; every path in it must be resolved
 * with `root` as `/` (openat2 RESOLVE_IN_ROOT), for its content is hostile and may change at any moment.
 */
export interface FileView {
  readonly root: string;
  /** Lets go of it. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the files of a container: those of the running process's own mount namespace, else the root file system
 * with its volumes and binds mounted apart. The removal of the container calls `cutOff`.
 */
export async function openFileView(
  context: ContainerContext,
  entry: ContainerEntry,
  cutOff: () => void,
): Promise<FileView> {
  requireUsable(entry);
  const view = openRunningView(context, entry) ?? (await openMountedView(context, entry));
  entry.exports.add(cutOff);
  let closed: Promise<void> | undefined;
  return {
    root: view.root,
    close: () => {
      entry.exports.delete(cutOff);
      closed ??= view.close();
      return closed;
    },
  };
}

function requireUsable({ id, state, gone }: ContainerEntry): void {
  if (gone || state === 'removing' || state === 'dead') {
    throw engineError('containers.dead', { id });
  }
}

/**
 * The process's root is in its mount namespace, so that every mount of the container is seen. Undefined when
 * the process has gone, or has chosen another root (chroot).
 */
function openRunningView(context: ContainerContext, entry: ContainerEntry): FileView | undefined {
  const { kernel } = context;
  const { pid, pidStartTime } = entry.facts;
  if (pid === undefined || entry.live === undefined) return undefined;
  let descriptor: number;
  try {
    descriptor = kernel.files.openInRoot(
      `/proc/${pid}/root`,
      '.',
      pathOnly | constants.O_DIRECTORY,
    );
  } catch {
    return undefined;
  }
  const same =
    kernel.processes.info(pid)?.startTime === pidStartTime &&
    isSameDirectory(descriptor, entry.live.rootDirectory);
  if (!same) {
    closeSync(descriptor);
    return undefined;
  }
  return viewOf(descriptor, async () => undefined);
}

/** A view behind an open descriptor of its root; `release` comes after the descriptor was closed. */
export function viewOf(descriptor: number, release: () => Promise<void>): FileView {
  return {
    root: `/proc/self/fd/${descriptor}`,
    close: async () => {
      closeSync(descriptor);
      await release();
    },
  };
}

function isSameDirectory(descriptor: number, directory: string): boolean {
  const seen = fstatSync(descriptor);
  const wanted = statSync(directory, { throwIfNoEntry: false });
  return wanted !== undefined && seen.dev === wanted.dev && seen.ino === wanted.ino;
}
