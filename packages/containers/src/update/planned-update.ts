import type { HostConfig } from '@berth/engine-api';
import type { DeviceLimitName, DeviceNumbers } from './device-limits.ts';
import type { LimitName } from './limit-writes.ts';

/** What an update is going to make of a container. */
export interface PlannedUpdate {
  readonly hostConfig: HostConfig;
  /** Limits that the running container gets. */
  readonly changed: readonly LimitName[];
  /** Rules by block device that change, and the numbers of these devices. */
  readonly devices?: readonly DeviceLimitName[];
  readonly deviceNumbers?: DeviceNumbers;
}
