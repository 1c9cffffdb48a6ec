import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import { errnoName, KernelError } from '../kernel-error.ts';
import { readControl } from '../linux/control-file.ts';

const { errno } = constants;

/** Names of the cgroups right below; none when `directory` is gone. */
export function childCgroups(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ENODEV') return [];
    throw error;
  }
}

/** Processes in the cgroup and below it. */
export function processesBelow(directory: string): number[] {
  const own = readControl(join(directory, 'cgroup.procs')) ?? '';
  const pids = own.split('\n').filter((line) => line !== '');
  const below = childCgroups(directory).flatMap((name) => processesBelow(join(directory, name)));
  return [...pids.map(Number), ...below];
}

/** rmdir(2) of each path, off the main thread: an errno value each, 0 for one that was removed. */
export type RemoveFolders = (paths: readonly string[]) => Promise<readonly number[]>;

/** Removes the cgroups and those below them, deepest first. EBUSY when one holds processes; the others go all the same. */
export async function removeTrees(
  removeFolders: RemoveFolders,
  directories: readonly string[],
): Promise<void> {
  const remaining = await refused(removeFolders, directories);
  // Mostly there is none: a cgroup with others in it is busy, too.
  const below = remaining.flatMap(({ directory }) => treeBelow(directory));
  if (below.length === 0) return told(remaining);
  told(await refused(removeFolders, [...below, ...remaining.map(({ directory }) => directory)]));
}

interface Refused {
  readonly directory: string;
  readonly code: string;
}

/** Those that are still there, with the reason. */
async function refused(
  removeFolders: RemoveFolders,
  directories: readonly string[],
): Promise<Refused[]> {
  const errors = await removeFolders(directories);
  return directories.flatMap((directory, index) => {
    const number = errors[index] ?? 0;
    if (number === 0 || number === errno.ENOENT || number === errno.ENOTDIR) return [];
    return [{ directory, code: errnoName(number) }];
  });
}

function told(remaining: readonly Refused[]): void {
  const [first] = remaining;
  if (first !== undefined) throw new KernelError('rmdir', first.code, first.directory);
}

/** The cgroups below, deepest first. */
function treeBelow(directory: string): string[] {
  return childCgroups(directory).flatMap((name) => {
    const child = join(directory, name);
    return [...treeBelow(child), child];
  });
}
