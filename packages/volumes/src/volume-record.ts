import type { TableDefinition } from '@berth/state';

/** A volume as the database keeps it. */
export interface VolumeRecord {
  readonly name: string;
  /** Absent: `local`. */
  readonly driver?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Options for the driver; for `local` empty for a plain folder, else `type`, `o`, `device`. */
  readonly options: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
  /** True while the image's content is being copied in; a copy that was cut off is done again. */
  readonly populating: boolean;
  /** A plug-in was asked for it and has not answered yet; reconcile asks whether it has it. */
  readonly creating?: boolean;
  /** A removal was begun, which reconcile finishes. */
  readonly removing?: boolean;
  /** The hidden folder that is about to get the volume's name; reconcile gives it to it. */
  readonly placing?: string;
  /** Where a plug-in mounted it last. */
  readonly mountpoint?: string;
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

/**
 * A mount that a plug-in was asked for and has to undo. Written before the question, deleted after the plug-in has
 * answered that it undid it.
 */
export interface PluginMountRecord extends VolumeUseRecord {
  readonly driver: string;
}

export const pluginMountTable: TableDefinition<PluginMountRecord> = {
  name: 'volume_plugin_mounts',
  key: (mount) => `${mount.volume}/${mount.containerId}`,
  indexes: { volume: (mount) => mount.volume },
};
