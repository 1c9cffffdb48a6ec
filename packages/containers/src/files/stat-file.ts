import path from 'node:path';
import { engineError } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';
import type { FileStat } from '../container-service.ts';
import { formatTimestamp } from '../timestamp.ts';
import { openFileView } from './file-view.ts';
import { goFileMode } from './go-file-mode.ts';

/** HEAD /containers/{id}/archive. */
export async function statFile(
  context: ContainerContext,
  name: string,
  file: string,
): Promise<FileStat> {
  const entry = context.store.find(name);
  const view = await openFileView(context, entry, () => undefined);
  try {
    return await describe(context, view.root, { name, path: file });
  } finally {
    await view.close();
  }
}

/** Fails with containers.file-missing when there is nothing at the path. */
export async function describe(
  { snapshotter }: ContainerContext,
  root: string,
  file: { readonly name: string; readonly path: string },
): Promise<FileStat> {
  requirePath(file.path);
  const found = await snapshotter.transfer.describe(root, file.path);
  if (found === undefined) throw engineError('containers.file-missing', file);
  return {
    name: path.posix.basename(file.path) || '/',
    size: found.size,
    mode: goFileMode(found.mode),
    mtime: formatTimestamp(found.mtimeNs),
    linkTarget: found.linkTarget,
  };
}

/** A path that no system call takes. */
export function requirePath(file: string): void {
  if (file.includes('\0')) {
    throw engineError('containers.invalid-config', {
      reason: 'a path must not contain a NUL byte',
    });
  }
}
