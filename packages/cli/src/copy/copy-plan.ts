import path from 'node:path';
import { CommandError } from '../usage-error.ts';

/** A file that is copied, or what stands where it goes. */
export interface CopyPoint {
  readonly path: string;
  readonly exists: boolean;
  readonly directory: boolean;
}

/** Where an archive is unpacked, and what its first name becomes. */
export interface CopyPlan {
  readonly folder: string;
  readonly name: string;
}

/** The last part of a path, which is `.` when what lies in the folder is meant. */
export function nameOf(file: string): string {
  const name = path.basename(file);
  if (file.endsWith('/.') || file === '.' || name === '') return '.';
  return name;
}

/**
 * The rules of `cp`: into a folder that exists, over a file, or under a new name. `source.path` gives the name
 * that the copy has of itself. Fails with Docker's texts.
 */
export function planCopy(source: CopyPoint, destination: CopyPoint): CopyPlan {
  const name = nameOf(source.path);
  if (destination.exists && destination.directory) return { folder: destination.path, name };
  const target = {
    folder: path.dirname(destination.path),
    name: path.basename(destination.path),
  };
  if (destination.exists && source.directory) throw new CommandError('cannot copy directory');
  if (destination.exists || source.directory) return target;
  if (/\/\.?$/.test(destination.path)) throw new CommandError('no such directory');
  return target;
}

/** An archive's name with its first part, `from`, replaced by `to`. */
export function renamed(name: string, from: string, to: string): string {
  const first = from === '/' ? '' : from;
  if (name === first || name === `${first}/`) return to;
  return name.startsWith(`${first}/`) ? `${to}/${name.slice(first.length + 1)}` : name;
}
