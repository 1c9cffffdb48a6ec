import type { VolumeRecord } from '../volume-record.ts';

export type VolumeScope = 'local' | 'global';

/** A volume as its driver tells of it. */
export interface DriverVolume {
  readonly name: string;
  /** Path on the host; empty while the volume is mounted nowhere and its driver does not tell before. */
  readonly mountpoint: string;
  /** RFC 3339; absent when the driver does not tell. */
  readonly createdAt?: string;
  /** Whatever the driver wants to be shown. */
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Where volumes come from: folders of this host, or a plug-in. */
export interface VolumeDriver {
  readonly name: string;
  /** Whether a volume is the same one on every host that uses the driver. */
  scope(): Promise<VolumeScope>;
  /** Fails with volumes.* for a name or options that the driver does not take. Changes nothing. */
  validate(name: string, options: Readonly<Record<string, string>>): void;
  /** Undefined when the driver has no such volume. Fails when it cannot be asked. */
  get(name: string): Promise<DriverVolume | undefined>;
  list(): Promise<readonly DriverVolume[]>;
  create(record: VolumeRecord): Promise<void>;
  /** `forget` is called once the name may be given to another volume. */
  remove(record: VolumeRecord, forget: () => void): Promise<void>;
  /**
   * Makes the volume ready for one user and returns the directory. A second call with the same `id` changes
   * nothing.
   */
  mount(record: VolumeRecord, id: string): Promise<string>;
  /** Undoes `mount`; `last` when nobody else has the volume mounted. Idempotent. */
  unmount(record: VolumeRecord, id: string, last: boolean): Promise<void>;
}
