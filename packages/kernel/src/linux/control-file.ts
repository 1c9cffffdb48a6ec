import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import { KernelError } from '../kernel-error.ts';

/** Absent files, cgroups and processes that went away meanwhile, and files that an object of this type lacks. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'EOPNOTSUPP', 'ESRCH']);

/** The text of a control file of cgroupfs or procfs, or undefined when it does not exist. */
export function readControl(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error) ?? 'EIO';
    if (absent.has(errno)) return undefined;
    throw new KernelError('read', errno, path);
  }
}

/** Writes in one call, as control files demand; never creates. */
export function writeControl(path: string, value: string): void {
  try {
    const file = openSync(path, constants.O_WRONLY);
    try {
      writeSync(file, value);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new KernelError('write', errnoOf(error) ?? 'EIO', path);
  }
}

/** The number that follows `name` in a flat-keyed file such as memory.events. */
export function flatKeyed(text: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}
