import type { Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import type { OverlayNames } from './overlay-names.ts';

/** How a layer's root directory is marked, in the attribute that marks implied directories. */
export type RootMark = 'root' | 'unsettled';

/** What the root directory of an unpacked layer says about the layer. */
export interface RootMarks {
  /** The layer hides everything below it. Overlayfs does not look at this mark on roots. */
  readonly opaque: boolean;
  /** The archive did not name the root: it has the attributes of the layers below. */
  readonly rootImplied: boolean;
  /** The layer must be fitted to the layers below before its first use. */
  readonly unsettled: boolean;
}

export function readRootMarks(files: Files, names: OverlayNames, layer: ByteString): RootMarks {
  const path = toPath(layer);
  const implied = (files.getXattr(path, names.implied)?.toString('latin1') ?? '').split(',');
  return {
    opaque: files.getXattr(path, names.opaque)?.toString('latin1') === 'y',
    rootImplied: implied.includes('root'),
    unsettled: implied.includes('unsettled'),
  };
}

export function writeRootMarks(
  files: Files,
  names: OverlayNames,
  layer: ByteString,
  marks: readonly RootMark[],
): void {
  if (marks.length > 0) files.setXattr(toPath(layer), names.implied, Buffer.from(marks.join(',')));
}
