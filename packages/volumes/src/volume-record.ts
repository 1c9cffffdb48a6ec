import type { TableDefinition } from '@berth/state';

/** A volume as the database keeps it. */
export interface VolumeRecord {
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Options of the local driver: `type`, `o`, `device`. Empty for a plain folder. */
  readonly options: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
  /** True while the image's content is being copied in; a copy that was cut off is done again. */
  readonly populating: boolean;
  /** A removal was begun, which reconcile finishes. */
  readonly removing?: boolean;
}

export const volumeTable: TableDefinition<VolumeRecord> = {
  name: 'volumes',
  key: (record) => record.name,
};

/** A container that refers to a volume. */
export interface VolumeUseRecord {
  readonly volume: string;
  readonly containerId: string;
}

export const volumeUseTable: TableDefinition<VolumeUseRecord> = {
  name: 'volume_uses',
  key: (use) => `${use.volume}/${use.containerId}`,
  indexes: { volume: (use) => use.volume, container: (use) => use.containerId },
};
