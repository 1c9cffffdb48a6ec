import type { EventMessage } from '@berth/engine-api';
import { FieldStruct } from '../go-template/field-struct.ts';
import type { GoStruct, GoValue } from '../go-template/go-value.ts';

/** An event as templates see it: Go's field names, and JSON as the daemon sends it. */
export function eventStruct(event: EventMessage): GoStruct {
  return new EventStruct(event);
}

class EventStruct extends FieldStruct {
  readonly #event: EventMessage;

  constructor(event: EventMessage) {
    const extra = event as {
      readonly status?: string;
      readonly id?: string;
      readonly from?: string;
    };
    const actor = { ID: event.Actor?.ID ?? '', Attributes: event.Actor?.Attributes ?? {} };
    super('*events.Message', {
      Status: extra.status ?? '',
      ID: extra.id ?? '',
      From: extra.from ?? '',
      Type: event.Type ?? '',
      Action: event.Action ?? '',
      Actor: new FieldStruct('events.Actor', actor),
      Scope: event.scope ?? '',
      Time: event.time ?? 0,
      TimeNano: event.timeNano ?? 0,
    });
    this.#event = event;
  }

  override jsonFields(): Iterable<readonly [string, GoValue]> {
    return Object.entries(this.#event) as [string, GoValue][];
  }
}
