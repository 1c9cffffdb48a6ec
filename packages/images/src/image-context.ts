import type { ContentStore } from '@berth/content';
import type { EventDraft } from '@berth/events';
import type { Digest, Platform } from '@berth/oci';
import type { LayerTransfer, Snapshotter } from '@berth/snapshots';
import type { GarbageCollector } from './garbage-collector.ts';
import type { ImageGraph } from './image-graph.ts';
import type { ImageRecords } from './image-records.ts';
import type { ImageUsers } from './image-service.ts';
import type { IndexPublisher } from './index-publisher.ts';
import type { LayerInstaller } from './layer-installer.ts';
import type { LayerSizes } from './layer-sizes.ts';
import type { Leases } from './leases.ts';

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** The part of the event bus that images need. */
export interface EventPublisher {
  publish(event: EventDraft): unknown;
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
}

export type ImageAction = 'create' | 'delete' | 'import' | 'load' | 'save' | 'tag' | 'untag';

/** Publishes an event about an image: its labels are attributes, and `name` is what it was called. */
export function publishImageEvent(
  context: ImageContext,
  event: {
    readonly action: ImageAction;
    readonly id: Digest;
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
