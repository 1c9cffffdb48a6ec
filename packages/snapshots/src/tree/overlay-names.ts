/** The names under which overlayfs keeps its marks (Documentation/filesystems/overlayfs). */
export interface OverlayNames {
  readonly opaque: string;
  /**
   * Marks a directory that a layer's archive left out, until its attributes are known. On the root of a
   * layer: see root-marks.ts.
   */
  readonly implied: string;
}

/** `user` is for mounts with the option `userxattr`, where `trusted.*` cannot be set. */
export type OverlayNamespace = 'trusted' | 'user';

export function overlayNames(namespace: OverlayNamespace): OverlayNames {
  return { opaque: `${namespace}.overlay.opaque`, implied: `${namespace}.berth.implied` };
}

/**
 * Attributes with a meaning for overlayfs or for this package. In a layer they could redirect
 * directories or hide files, so they are never taken from or written to an archive.
 */
export function isReservedXattr(name: string): boolean {
  return /^(?:trusted|user)\.(?:overlay|berth)\./.test(name);
}
