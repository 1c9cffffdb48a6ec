import type { Mount } from '@berth/engine-api';
import type { Descriptor, Digest } from '@berth/oci';
import type { VolumeMount } from '@berth/volumes';

/** An image whose files are mounted. */
export interface MountedImage {
  readonly id: Digest;
  readonly manifest: Descriptor;
  /** Chain IDs, bottom first. */
  readonly chain: readonly Digest[];
}

/**
 * One mount of a container as decided at create. The first eight members are what `inspect` shows;
 * the others steer how it is mounted.
 */
export interface MountRecord {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'image';
  /** Volume name. */
  readonly name?: string;
  /** Host path of a bind, name of an image; filled at inspect for volumes. */
  readonly source: string;
  /** Absolute and clean, inside the container. */
  readonly destination: string;
  readonly driver?: string;
  readonly mode: string;
  readonly readWrite: boolean;
  readonly propagation: string;

  /** Anonymous volume: removed with `rm -v` and `--rm`. */
  readonly anonymous?: boolean;
  /** Copy the image's content into an empty volume. */
  readonly copyUp?: boolean;
  /** The image of an image mount, as it was at create. */
  readonly image?: MountedImage;
  /** Folder inside the volume or image. */
  readonly subpath?: string;
  /** Make a missing bind source, as `-v` does and `--mount` does not. */
  readonly createSource?: boolean;
  readonly nonRecursive?: boolean;
  readonly readOnlyRecursion?: 'non-recursive' | 'forced';
  /** mount(8) options of a tmpfs. */
  readonly tmpfsOptions?: readonly string[];
  /** Options of `--mount type=volume,volume-opt=…` for creating the volume. */
  readonly volumeOptions?: Mount['VolumeOptions'];
}

/** The same mount as the volume service wants to know it. */
export function volumeMountOf(containerId: string, mount: MountRecord): VolumeMount {
  const { destination, readWrite, propagation } = mount;
  return { containerId, destination, readWrite, propagation };
}
