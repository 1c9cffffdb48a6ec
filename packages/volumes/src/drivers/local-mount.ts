import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';
import { engineError, errnoOf } from '@berth/errors';
import { type MountFlag, type MountOptions, mountFlags } from '@berth/kernel';

const knownOptions = new Set(['type', 'o', 'device', 'size']);

/** Option words of mount(8) that are flags of mount(2); `rw`, `defaults` and the like set nothing. */
const flagWords: Readonly<Record<string, MountFlag | undefined>> = {
  ro: 'ro',
  nosuid: 'nosuid',
  nodev: 'nodev',
  noexec: 'noexec',
  sync: 'sync',
  noatime: 'noatime',
  nodiratime: 'nodiratime',
  relatime: 'relatime',
  strictatime: 'strictatime',
  bind: 'bind',
  rbind: 'bind',
  private: 'private',
  rprivate: 'rprivate',
  shared: 'shared',
  rshared: 'rshared',
  slave: 'slave',
  rslave: 'rslave',
};
const silentWords = new Set([
  'rw',
  'defaults',
  'suid',
  'dev',
  'exec',
  'async',
  'atime',
  'diratime',
]);

/** Fails for an option that the local driver does not know, or when only part of them is given. */
export function checkLocalOptions(name: string, options: Readonly<Record<string, string>>): void {
  for (const option of Object.keys(options)) {
    if (!knownOptions.has(option)) throw engineError('volumes.invalid-option', { name, option });
  }
  if (options['size'] !== undefined) throw engineError('volumes.no-quota', { name });
  if (Object.keys(options).length === 0) return;
  for (const option of ['device', 'type']) {
    if (options[option] === undefined)
      throw engineError('volumes.missing-option', { name, option });
  }
}

/** The mounts that a volume with driver options needs at `target`, in order. */
export function localMounts(
  options: Readonly<Record<string, string>>,
  target: string,
): readonly MountOptions[] {
  const all = words(options['o']);
  const flags = all.flatMap((word) => flagWords[word] ?? []);
  const data = all.filter((word) => !(word in flagWords) && !silentWords.has(word)).join(',');
  const source = options['device'] ?? '';
  if (!flags.includes('bind')) {
    const fsType = options['type'] ?? '';
    return [{ source, target, fsType, flags, ...(data === '' ? {} : { data }) }];
  }
  const recursive: MountFlag[] = all.includes('rbind') ? ['bind', 'rec'] : ['bind'];
  const rest = flags.filter((flag) => flag !== 'bind');
  const bound: MountOptions = { source, target, flags: recursive };
  return rest.length === 0
    ? [bound]
    : [bound, { source, target, flags: ['bind', 'remount', ...rest] }];
}

function words(option: string | undefined): string[] {
  return (option ?? '').split(',').filter((word) => word !== '');
}

/** A failed mount in Docker's words: `mount DEVICE:PATH, flags: 0x1000, data: size=1m: no such device`. */
export function mountFailure(mount: MountOptions, error: unknown): string {
  const flags = mountFlags(mount.flags ?? []);
  const errno = constants.errno[errnoOf(error) as keyof typeof constants.errno] as
    | number
    | undefined;
  return [
    `mount ${mount.source}:${mount.target}`,
    ...(flags === 0 ? [] : [`flags: 0x${flags.toString(16)}`]),
    ...(mount.data === undefined ? [] : [`data: ${mount.data}`]),
  ]
    .join(', ')
    .concat(`: ${errno === undefined ? (error as Error).message : getSystemErrorMessage(-errno)}`);
}
