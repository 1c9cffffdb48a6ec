export type {
  EngineEvent,
  EventActions,
  EventDraft,
  EventOf,
  EventScope,
  EventType,
} from './engine-event.ts';
export {
  createEventBus,
  type EventBus,
  type EventBusOptions,
  type EventClock,
  type SubscribeOptions,
  systemClock,
} from './event-bus.ts';
export { type EventFilters, matchesEvent } from './event-filter.ts';
