import path from 'node:path';
import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';
import { publishContainerEvent } from '../container-events.ts';
import type { FileStat } from '../container-service.ts';
import { mappingOption } from '../user-namespace.ts';
import { openFileView } from './file-view.ts';
import { describe } from './stat-file.ts';

/** GET /containers/{id}/archive. The files stay open until the stream is closed. */
export async function readFiles(
  context: ContainerContext,
  name: string,
  file: string,
): Promise<{ readonly stat: FileStat; readonly stream: Readable }> {
  const entry = context.store.find(name);
  let stream: Readable | undefined;
  const view = await openFileView(context, entry, () => {
    stream?.destroy(engineError('containers.files-cut-off', { id: entry.id }));
  });
  const close = (): void => {
    view
      .close()
      .catch((error) => context.reportError(error, `closing the files of container ${entry.id}`));
  };
  try {
    const stat = await describe(context, view.root, { name, path: file });
    stream = context.snapshotter.transfer.pack({
      directory: view.root,
      whiteouts: 'none',
      place: { path: file, name: archiveName(file) },
      ...mappingOption(context, entry.record),
    });
    stream.once('close', close);
    publishContainerEvent(context, entry.record, 'archive-path');
    return { stat, stream };
  } catch (error) {
    close();
    throw error;
  }
}

/** The first name in the archive: `etc` for /etc, `.` for what lies in a folder, `/` for the root. */
export function archiveName(file: string): string {
  if (path.posix.normalize(`/${file}`) === '/') return '/';
  return path.posix.basename(file);
}
