import type { HostConfig } from '@berth/engine-api';
import type { LimitName } from './limit-writes.ts';

/** What an update is going to make of a container. */
export interface PlannedUpdate {
  readonly hostConfig: HostConfig;
  /** Limits that the running container gets. */
  readonly changed: readonly LimitName[];
}
