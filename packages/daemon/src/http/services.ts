import type { ContainerService } from '@berth/containers';
import type {
  SystemDataUsageResponse,
  SystemInfo,
  SystemUsageReport,
  SystemVersion,
} from '@berth/engine-api';
import type { EventBus } from '@berth/events';
import type { ImageService } from '@berth/images';
import type { NetworkService } from '@berth/networks';
import type { RegistryClient } from '@berth/registry-client';
import type { VolumeService } from '@berth/volumes';

export type DiskUsageType = 'container' | 'image' | 'volume' | 'build-cache';

/** What the daemon says of itself. */
export interface SystemService {
  info(): Promise<SystemInfo>;
  version(): SystemVersion;
  /** Only the wanted kinds are counted; the others are absent from the result. */
  diskUsage(wanted: ReadonlySet<DiskUsageType>): Promise<SystemDataUsageResponse>;
  /** What every byte below the data root is for, by one walk through it. */
  explainUsage(signal: AbortSignal): Promise<SystemUsageReport>;
}

/** Everything that a route handler may call. */
export interface EngineServices {
  readonly containers: ContainerService;
  readonly images: ImageService;
  readonly volumes: VolumeService;
  readonly networks: NetworkService;
  readonly registry: RegistryClient;
  readonly events: EventBus;
  readonly system: SystemService;
}
