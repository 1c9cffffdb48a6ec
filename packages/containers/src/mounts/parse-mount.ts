import path from 'node:path';
import type { Mount } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { isPropagation } from './mount-mode.ts';
import type { MountRecord } from './mount-record.ts';
import { cleanPath } from './parse-bind.ts';
import { validateVolumeName } from './volume-name.ts';

/** One entry of HostConfig.Mounts (`--mount`). Whether a bind's source exists is checked by the caller. */
export function parseMount(mount: Mount): MountRecord {
  const fail = (reason: string) =>
    engineError('containers.invalid-mount', { type: mount.Type ?? '', reason });
  const target = mount.Target ?? '';
  if (target === '') throw fail('field Target must not be empty');
  if (cleanPath(target) === '/') throw fail("invalid specification: destination can't be '/'");
  if (!path.isAbsolute(target)) {
    throw fail(`invalid mount path: '${target}' mount path must be absolute`);
  }
  switch (mount.Type) {
    case 'bind':
      return bindMount(mount, fail);
    case 'volume':
      return volumeMount(mount, fail);
    case 'tmpfs':
      return tmpfsMount(mount, fail);
    case 'image':
      return imageMount(mount, fail);
    case 'cluster':
      throw engineError('containers.unsupported', { feature: `a mount of type ${mount.Type}` });
    default:
      throw fail('mount type unknown');
  }
}

type Fail = (reason: string) => Error;

function bindMount(mount: Mount, fail: Fail): MountRecord {
  const source = mount.Source ?? '';
  const options = mount.BindOptions ?? {};
  if (source === '') throw fail('field Source must not be empty');
  if (options.Propagation && !isPropagation(options.Propagation)) {
    throw fail(`invalid propagation mode: ${options.Propagation}`);
  }
  if (mount.VolumeOptions) throw fail('field VolumeOptions must not be specified');
  if (!path.isAbsolute(source)) {
    throw fail(`invalid mount path: '${source}' mount path must be absolute`);
  }
  if (options.ReadOnlyNonRecursive && options.ReadOnlyForceRecursive) {
    throw fail('ReadOnlyNonRecursive and ReadOnlyForceRecursive cannot both be set');
  }
  return {
    type: 'bind',
    source: cleanPath(source),
    destination: cleanPath(mount.Target ?? ''),
    mode: '',
    readWrite: mount.ReadOnly !== true,
    propagation: options.Propagation || 'rprivate',
    ...(options.CreateMountpoint ? { createSource: true } : {}),
    ...(options.NonRecursive ? { nonRecursive: true } : {}),
    ...(options.ReadOnlyNonRecursive ? { readOnlyRecursion: 'non-recursive' as const } : {}),
    ...(options.ReadOnlyForceRecursive ? { readOnlyRecursion: 'forced' as const } : {}),
  };
}

function volumeMount(mount: Mount, fail: Fail): MountRecord {
  const name = mount.Source ?? '';
  const options = mount.VolumeOptions ?? {};
  if (mount.BindOptions) throw fail('field BindOptions must not be specified');
  if (name !== '') validateVolumeName(name);
  if (options.Subpath) {
    if (name === '') throw fail('must not set Subpath when using anonymous volumes');
    if (!isLocalPath(options.Subpath))
      throw fail('subpath must be a relative path within the volume');
  }
  if (mount.ReadOnly && name === '') {
    throw fail('must not set ReadOnly mode when using anonymous volumes');
  }
  return {
    type: 'volume',
    ...(name === '' ? { anonymous: true } : { name }),
    source: '',
    destination: cleanPath(mount.Target ?? ''),
    ...(options.DriverConfig?.Name ? { driver: options.DriverConfig.Name } : {}),
    mode: 'z',
    readWrite: mount.ReadOnly !== true,
    propagation: '',
    copyUp: options.NoCopy !== true,
    ...(options.Subpath ? { subpath: options.Subpath } : {}),
    volumeOptions: options,
  };
}

/** Read-only whatever is asked for. */
function imageMount(mount: Mount, fail: Fail): MountRecord {
  const source = mount.Source ?? '';
  const subpath = mount.ImageOptions?.Subpath;
  if (mount.BindOptions) throw fail('field BindOptions must not be specified');
  if (mount.VolumeOptions) throw fail('field VolumeOptions must not be specified');
  if (mount.TmpfsOptions) throw fail('field TmpfsOptions must not be specified');
  if (source === '') throw fail('field Source must not be empty');
  if (subpath && !isLocalPath(subpath)) {
    throw fail('subpath must be a relative path within the volume');
  }
  return {
    type: 'image',
    source,
    destination: cleanPath(mount.Target ?? ''),
    mode: '',
    readWrite: false,
    propagation: '',
    ...(subpath ? { subpath } : {}),
  };
}

/** Relative and without a way out. */
function isLocalPath(subpath: string): boolean {
  const clean = path.posix.normalize(subpath);
  return !path.isAbsolute(clean) && clean !== '..' && !clean.startsWith('../');
}

function tmpfsMount(mount: Mount, fail: Fail): MountRecord {
  if (mount.BindOptions) throw fail('field BindOptions must not be specified');
  if (mount.Source) throw fail('field Source must not be specified');
  const options = mount.TmpfsOptions ?? {};
  return {
    type: 'tmpfs',
    source: '',
    destination: cleanPath(mount.Target ?? ''),
    mode: '',
    readWrite: mount.ReadOnly !== true,
    propagation: '',
    tmpfsOptions: [
      'noexec',
      'nosuid',
      'nodev',
      'rprivate',
      ...(mount.ReadOnly ? ['ro'] : []),
      ...(options.Mode ? [`mode=${options.Mode.toString(8)}`] : []),
      ...(options.SizeBytes ? [`size=${options.SizeBytes}`] : []),
      ...extraTmpfsOptions(options.Options ?? [], fail),
    ],
  };
}

function extraTmpfsOptions(options: readonly (readonly string[])[], fail: Fail): string[] {
  return options.map((option) => {
    if (option.length !== 1 && option.length !== 2) throw fail('invalid option array length');
    const [name = '', value] = option;
    if (name !== 'exec' && name !== 'noexec') throw fail(`invalid option: ${name}`);
    return value === undefined ? name : `${name}=${value}`;
  });
}
