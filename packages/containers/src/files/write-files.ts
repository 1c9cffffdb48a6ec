import { constants } from 'node:fs';
import { engineError, isErrorOfKind } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { publishContainerEvent } from '../container-events.ts';
import type { WriteFilesOptions } from '../container-service.ts';
import { lookUpUser } from '../start/image-user.ts';
import { mappingOption } from '../user-namespace.ts';
import { type FileView, openFileView } from './file-view.ts';
import { requirePath } from './stat-file.ts';
import { requireWritable } from './write-rules.ts';

/** PUT /containers/{id}/archive. What was unpacked before a failure stays, as with tar. */
export async function writeFiles(
  context: ContainerContext,
  name: string,
  file: string,
  options: WriteFilesOptions,
): Promise<void> {
  const entry = context.store.find(name);
  const removal = new AbortController();
  const view = await openFileView(context, entry, () => removal.abort());
  try {
    const target = await extractionPoint(context, entry, view, { name, path: file });
    await context.snapshotter.transfer.unpack({
      source: options.source,
      directory: view.root,
      place: {
        path: target,
        overwrite: options.noOverwriteDirNonDir ? 'same-kind' : 'anything',
        ...ownerOf(context, entry, view, options.copyUidGid),
        ...mappingOption(context, entry.record),
      },
      signal: AbortSignal.any([removal.signal, ...(options.signal ? [options.signal] : [])]),
    });
  } catch (error) {
    if (removal.signal.aborted) throw engineError('containers.files-cut-off', { id: entry.id });
    throw error;
  } finally {
    options.source.destroy();
    await view.close();
  }
  publishContainerEvent(context, entry.record, 'extract-to-dir');
}

async function extractionPoint(
  { snapshotter }: ContainerContext,
  entry: ContainerEntry,
  { root }: FileView,
  file: { readonly name: string; readonly path: string },
): Promise<string> {
  requirePath(file.path);
  const target = await snapshotter.transfer.resolve(root, file.path);
  const found =
    target === undefined ? undefined : await snapshotter.transfer.describe(root, target);
  if (target === undefined || found === undefined)
    throw engineError('containers.file-missing', file);
  if ((found.mode & constants.S_IFMT) !== constants.S_IFDIR) {
    throw engineError('containers.not-a-folder', {});
  }
  requireWritable(entry.record, target);
  return target;
}

function ownerOf(
  { kernel }: ContainerContext,
  entry: ContainerEntry,
  { root }: FileView,
  wanted: boolean,
): { owner?: { uid: number; gid: number } } {
  const user = entry.record.config.User ?? '';
  if (!wanted || user === '') return {};
  try {
    const { uid, gid } = lookUpUser(kernel, root, user, []);
    return { owner: { uid, gid } };
  } catch (error) {
    if (!isErrorOfKind(error, 'invalid-argument')) throw error;
    const reason = (error as Error).message;
    throw engineError('containers.invalid-config', { reason }, { cause: error });
  }
}
