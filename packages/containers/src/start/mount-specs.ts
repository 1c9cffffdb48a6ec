import { closeSync, constants, fstatSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { engineError, errnoOf } from '@berth/errors';
import type { MountSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord, ManagedFiles } from '../container-record.ts';
import { mountImage } from '../mounts/image-mounts.ts';
import { type MountRecord, volumeMountOf } from '../mounts/mount-record.ts';
import { parseTmpfs } from '../mounts/parse-tmpfs.ts';
import { imagePin, subpathPin } from '../mounts/pins.ts';
import type { UndoStack } from '../undo-stack.ts';
import { idMappingsOf } from '../user-namespace.ts';
import { requirePropagation } from './propagation.ts';

/**
 * Makes a container's own mounts ready and describes them for the runtime; `undo` releases them. Parts of volumes
 * are pinned in `pins`, from where the caller unmounts them.
 */
export async function mountSpecs(
  context: ContainerContext,
  record: ContainerRecord,
  undo: UndoStack,
  pins = context.paths.runtime(record.id),
): Promise<MountSpec[]> {
  const specs: MountSpec[] = [];
  for (const [index, mount] of record.mounts.entries()) {
    specs.push(await mountSpec(context, record, { mount, index, undo, pins }));
  }
  for (const [target, options] of Object.entries(record.hostConfig.Tmpfs ?? {})) {
    const tmpfs = parseTmpfs(target, options);
    specs.push({
      destination: tmpfs.destination,
      type: 'tmpfs',
      source: 'tmpfs',
      options: [...tmpfs.options],
    });
  }
  return specs;
}

interface MountRequest {
  readonly mount: MountRecord;
  readonly index: number;
  readonly undo: UndoStack;
  readonly pins: string;
}

async function mountSpec(
  context: ContainerContext,
  record: ContainerRecord,
  request: MountRequest,
): Promise<MountSpec> {
  const { mount } = request;
  switch (mount.type) {
    case 'tmpfs':
      return {
        destination: mount.destination,
        type: 'tmpfs',
        source: 'tmpfs',
        options: [...(mount.tmpfsOptions ?? [])],
      };
    case 'bind': {
      const tree = await ensureBindSource(mount);
      requirePropagation(context.kernel.mounts, mount.source, mount.propagation);
      return bindSpec(mount.source, mount, tree);
    }
    case 'volume':
      return bindSpec(await mountVolume(context, record, request), mount, false);
    case 'image':
      return bindSpec(await mountedImage(context, record, request), mount, false);
  }
}

/** `tree`: the source may hold further mounts, which a file cannot. */
function bindSpec(source: string, mount: MountRecord, tree: boolean): MountSpec {
  return {
    destination: mount.destination,
    type: 'bind',
    source,
    options: [
      mount.nonRecursive ? 'bind' : 'rbind',
      ...readOnlyOptions(mount, tree),
      propagationOption(mount),
    ],
  };
}

/**
 * For a single mount both forms mean the same; crun 1.8 takes the recursive one as a wish for a recursive bind.
 */
function propagationOption({ propagation, nonRecursive }: MountRecord): string {
  const wanted = propagation === '' ? 'rprivate' : propagation;
  return nonRecursive ? wanted.replace(/^r/, '') : wanted;
}

/**
 * Read-only holds for the mounts below as well (`rro`), unless that was declined. Not said of single files:
 * crun 1.8 fails with ENOTDIR for them.
 */
function readOnlyOptions(mount: MountRecord, tree: boolean): string[] {
  if (mount.readWrite) return [];
  const recursive = mount.readOnlyRecursion !== 'non-recursive' && !mount.nonRecursive;
  return recursive && tree ? ['ro', 'rro'] : ['ro'];
}

/**
 * `-v` makes a missing source as a folder; a socket, device or file may be a source as well. True for a folder.
 */
async function ensureBindSource(mount: MountRecord): Promise<boolean> {
  try {
    return (await stat(mount.source)).isDirectory();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error;
    if (!mount.createSource) {
      throw engineError('containers.bind-source-missing', { path: mount.source }, { cause: error });
    }
  }
  try {
    await mkdir(mount.source, { recursive: true, mode: 0o755 });
    return true;
  } catch (cause) {
    throw engineError(
      'containers.bind-source-create',
      { path: mount.source, reason: `mkdir ${mount.source}: ${(cause as Error).message}` },
      { cause },
    );
  }
}

async function mountVolume(
  context: ContainerContext,
  record: ContainerRecord,
  { mount, index, undo, pins }: MountRequest,
): Promise<string> {
  const name = mount.name ?? '';
  const source = await context.volumes.mount(name, volumeMountOf(record.id, mount));
  undo.defer(`unmount volume ${name}`, () => context.volumes.unmount(name, record.id));
  if (mount.subpath === undefined) return source;
  const target = subpathPin(pins, index);
  return await pinSubpath(context, { source, subpath: mount.subpath, target, undo });
}

async function mountedImage(
  context: ContainerContext,
  record: ContainerRecord,
  { mount, index, undo, pins }: MountRequest,
): Promise<string> {
  const source = imagePin(pins, index);
  undo.defer(`unmount image ${mount.source}`, () =>
    context.kernel.mounts.unmount(source, { detach: true }),
  );
  const mapped = idMappingsOf(context, record) !== undefined;
  await mountImage(context, mount, { target: source, mapped });
  if (mount.subpath === undefined) return source;
  const target = subpathPin(pins, index);
  return await pinSubpath(context, { source, subpath: mount.subpath, target, undo });
}

/**
 * Another container may swap folders of a shared volume for links at any moment, so a subpath is opened
 * inside the volume once and bind-mounted by descriptor.
 */
async function pinSubpath(
  context: ContainerContext,
  request: {
    readonly source: string;
    readonly subpath: string;
    readonly target: string;
    readonly undo: UndoStack;
  },
): Promise<string> {
  const { files, mounts } = context.kernel;
  const { target, undo } = request;
  let descriptor: number;
  try {
    // O_PATH (open(2)) is not among Node's constants.
    descriptor = files.openInRoot(request.source, request.subpath, 0o10000000);
  } catch (cause) {
    throw engineError(
      'containers.invalid-config',
      {
        reason: `cannot access path ${request.source}/${request.subpath}: ${errnoOf(cause) ?? ''}`,
      },
      { cause },
    );
  }
  try {
    if ((fstatSync(descriptor).mode & constants.S_IFMT) === constants.S_IFDIR) {
      await mkdir(target, { recursive: true });
    } else {
      await writeFile(target, '');
    }
    undo.defer(`unpin ${request.subpath}`, () => mounts.unmount(target, { detach: true }));
    mounts.mount({ source: `/proc/self/fd/${descriptor}`, target, flags: ['bind', 'rec'] });
  } finally {
    closeSync(descriptor);
  }
  return target;
}

/** /etc/hosts, /etc/hostname and /etc/resolv.conf, unless the user mounts something there. */
export function managedFileSpecs(files: ManagedFiles, mounts: readonly MountSpec[]): MountSpec[] {
  const taken = new Set(mounts.map((mount) => mount.destination));
  return (
    [
      ['/etc/resolv.conf', files.resolvConf],
      ['/etc/hostname', files.hostname],
      ['/etc/hosts', files.hosts],
    ] as const
  ).flatMap(([destination, source]) =>
    source === undefined || taken.has(destination)
      ? []
      : [{ destination, type: 'bind', source, options: ['rbind', 'rprivate'] }],
  );
}
