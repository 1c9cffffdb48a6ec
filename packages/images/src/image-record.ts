import type { Descriptor, Digest } from '@berth/oci';
import type { TableDefinition } from '@berth/state';

/** A name and what it stands for. An image exists as long as some record has it as target. */
export interface ImageRecord {
  /** Fully qualified reference, or `danglingName` of the target for an image without a name. */
  readonly name: string;
  /** Manifest or index; its digest is the image's ID. */
  readonly target: Descriptor;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Last change of the target, in milliseconds since the epoch. */
  readonly updatedAt: number;
}

export const imageTable: TableDefinition<ImageRecord> = {
  name: 'images',
  key: (record) => record.name,
  indexes: { digest: (record) => record.target.digest },
};

/** Cannot collide with a reference: those have a domain and a slash. */
const danglingPrefix = 'dangling@';

export function danglingName(digest: Digest): string {
  return danglingPrefix + digest;
}

export function isDangling(record: ImageRecord): boolean {
  return record.name.startsWith(danglingPrefix);
}
