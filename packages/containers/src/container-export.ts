import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { holdRoot, releaseRoot } from './container-root.ts';
import { mappingOption } from './user-namespace.ts';

/**
 * Tar of the container's own file system: the image with what the container changed, without the mounts
 * of a run and without volumes. Destroying the stream ends the export; removing the container cuts it off.
 */
export async function exportContainer(context: ContainerContext, name: string): Promise<Readable> {
  const entry = context.store.find(name);
  requireExportable(entry);
  const holder = `export ${context.ids.next()}`;
  const directory = await holdRoot(context, entry, holder);
  const keeps = context.snapshotter.keepsMapping || context.config.idMappings !== undefined;
  const stream = context.snapshotter.transfer.pack({
    directory,
    whiteouts: 'none',
    ...(keeps ? mappingOption(context, entry.record) : {}),
  });
  const cutOff = (): void => {
    stream.destroy(engineError('containers.export-cut-off', { id: entry.id }));
  };
  entry.exports.add(cutOff);
  stream.once('end', () => publishContainerEvent(context, entry.record, 'export'));
  stream.once('close', () => {
    entry.exports.delete(cutOff);
    releaseRoot(context, entry, holder).catch((error) =>
      context.reportError(error, `unmounting container ${entry.id} after its export`),
    );
  });
  if (entry.gone) cutOff();
  return stream;
}

function requireExportable({ id, state, gone }: ContainerEntry): void {
  if (gone || state === 'removing') throw engineError('containers.export-removing', { id });
  if (state === 'dead') throw engineError('containers.export-dead', { id });
}
