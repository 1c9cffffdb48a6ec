import type { ContentStore } from '@berth/content';
import type { EventDraft } from '@berth/events';
import type { Digest, Platform } from '@berth/oci';
import type { RegistryClient } from '@berth/registry-client';
import type { LayerTransfer, Snapshotter } from '@berth/snapshots';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { GarbageCollector } from './garbage-collector.ts';
import type { ImageGraph } from './image-graph.ts';
import type { ImageRecords } from './image-records.ts';
import type { ImageUsers } from './image-service.ts';
import type { IndexPublisher } from './index-publisher.ts';
import type { LayerInstaller } from './layer-installer.ts';
import type { LayerSizes } from './layer-sizes.ts';
import type { Leases } from './leases.ts';
import type { SharedTasks } from './pull/shared-tasks.ts';
import type { TransferState } from './pull/transfer-line.ts';

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** The part of the event bus that images need. */
export interface EventPublisher {
  publish(event: EventDraft): unknown;
}

/** How much goes over the network at once, for each pull and push. */
export interface TransferLimits {
  readonly downloads: number;
  readonly uploads: number;
}

/** What the operations of the image service share. */
export interface ImageContext {
  readonly records: ImageRecords;
  readonly graph: ImageGraph;
  readonly content: ContentStore;
  readonly snapshotter: Snapshotter;
  readonly transfer: LayerTransfer;
  readonly installer: LayerInstaller;
  readonly sizes: LayerSizes;
  readonly leases: Leases;
  readonly collector: GarbageCollector;
  readonly index: IndexPublisher;
  readonly events: EventPublisher;
  readonly clock: Clock;
  readonly hostPlatform: Platform;
  readonly users: () => ImageUsers;
  /** Called between the steps of operations; fault tests end the process there. */
  readonly faultPoint: (name: string) => void;
  readonly registry: RegistryClient;
  readonly transferLimits: () => TransferLimits;
  /** Blobs that are being fetched, by digest: all pulls share them. */
  readonly downloads: SharedTasks<TransferState>;
  /** Layers that unpack while they come, of all pulls. */
  readonly unpacks: ConcurrencyLimit;
}

export type ImageAction =
  | 'create'
  | 'delete'
  | 'import'
  | 'load'
  | 'pull'
  | 'push'
  | 'save'
  | 'tag'
  | 'untag';

/** Publishes an event about an image: its labels are attributes, and `name` is what it was called. */
export function publishImageEvent(
  context: ImageContext,
  event: {
    readonly action: ImageAction;
    /** Pulls and pushes are about a name, everything else about an image ID. */
    readonly id: Digest | string;
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  },
): void {
  const { action, id, name = id, labels } = event;
  context.events.publish({
    type: 'image',
    action,
    actorId: id,
    attributes: { ...labels, name },
  });
}
