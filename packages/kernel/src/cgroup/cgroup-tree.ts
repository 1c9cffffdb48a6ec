import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import { KernelError } from '../kernel-error.ts';
import { readControl } from '../linux/control-file.ts';

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

/** Removes the cgroup and those below it, deepest first. EBUSY when one holds processes. */
export function removeTree(directory: string): void {
  for (const name of childCgroups(directory)) removeTree(join(directory, name));
  try {
    rmdirSync(directory);
  } catch (error) {
    const errno = errnoOf(error) ?? 'EIO';
    if (errno !== 'ENOENT' && errno !== 'ENOTDIR') throw new KernelError('rmdir', errno, directory);
  }
}
