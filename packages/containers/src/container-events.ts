import type { EventActions } from '@berth/events';
import type { ContainerContext } from './container-context.ts';
import type { ContainerRecord } from './container-record.ts';

/** Publishes a container event with the attributes that Docker's have: name, image, labels, and `extra`. */
export function publishContainerEvent(
  context: Pick<ContainerContext, 'events'>,
  record: Pick<ContainerRecord, 'id' | 'name' | 'config'>,
  action: EventActions['container'],
  extra: Readonly<Record<string, string>> = {},
): void {
  context.events.publish({
    type: 'container',
    action,
    actorId: record.id,
    attributes: {
      ...record.config.Labels,
      image: record.config.Image ?? '',
      name: record.name,
      ...extra,
    },
  });
}
