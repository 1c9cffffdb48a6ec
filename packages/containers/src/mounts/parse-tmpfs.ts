import path from 'node:path';
import { engineError } from '@berth/errors';
import { cleanPath } from './parse-bind.ts';

export interface TmpfsMount {
  readonly destination: string;
  readonly options: readonly string[];
}

const flags = new Set(
  `ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime
  nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime
  norelatime strictatime nostrictatime`.split(/\s+/),
);
const valued = new Set(['mode', 'uid', 'gid', 'size', 'nr_inodes', 'nr_blocks', 'mpol']);

/** One entry of HostConfig.Tmpfs (`--tmpfs /run:size=64m`): the options are mount(8)'s, over Docker's defaults. */
export function parseTmpfs(target: string, options: string): TmpfsMount {
  const fail = (reason: string) => engineError('containers.invalid-config', { reason });
  const destination = cleanPath(target);
  if (destination === '/') throw fail("invalid specification: destination can't be '/'");
  if (!path.isAbsolute(target)) {
    throw fail(`invalid mount path: '${target}' mount path must be absolute`);
  }
  const words = options === '' ? [] : options.split(',');
  for (const word of words) {
    const [name = '', value] = word.split('=', 2);
    const valid = value === undefined ? flags.has(name) : valued.has(name);
    if (!valid) throw fail(`invalid tmpfs option ["${word}"]`);
  }
  return { destination, options: mergeOptions(['noexec', 'nosuid', 'nodev'], words) };
}

/** A later word replaces its opposite (`exec` after `noexec`) and an earlier value of the same name. */
function mergeOptions(defaults: readonly string[], words: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const word of [...defaults, ...words]) {
    const name = word.split('=', 1)[0] as string;
    const key =
      name === 'rw' ? 'ro' : name.replace(/^no(?=suid|dev|exec|atime|diratime|relatime)/, '');
    merged.delete(key);
    merged.set(key, word);
  }
  return [...merged.values()];
}
