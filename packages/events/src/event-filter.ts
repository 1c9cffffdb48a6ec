import type { EngineEvent, EventType } from './engine-event.ts';

/** Parsed `filters` of the events route: key → accepted values. Unknown keys have no effect. */
export type EventFilters = Readonly<Record<string, readonly string[]>>;

/** Types whose key names the object by a prefix of its ID or name. */
const objectKeys: readonly EventType[] = [
  'daemon',
  'container',
  'plugin',
  'volume',
  'network',
  'node',
  'service',
  'secret',
  'config',
];

/** Actions that carry a detail after a colon: a filter names them without it. */
const detailedActions = ['health_status', 'exec_create', 'exec_start'];

/** True when the event satisfies every key of the filters; values of one key are alternatives. */
export function matchesEvent(filters: EventFilters, event: EngineEvent): boolean {
  return (
    matchesAction(filters.event, event.action) &&
    matchesExactly(filters.type, event.type) &&
    matchesExactly(filters.scope, event.scope) &&
    objectKeys.every((key) => matchesObject(filters[key], event)) &&
    matchesImage(filters.image, event) &&
    matchesLabels(filters.label, event.attributes)
  );
}

type Accepted = readonly string[] | undefined;

function isUnset(accepted: Accepted): accepted is undefined | readonly [] {
  return accepted === undefined || accepted.length === 0;
}

function matchesExactly(accepted: Accepted, value: string): boolean {
  return isUnset(accepted) || accepted.includes(value);
}

function matchesPrefix(accepted: Accepted, value: string): boolean {
  return isUnset(accepted) || accepted.some((prefix) => value.startsWith(prefix));
}

function matchesAction(accepted: Accepted, action: string): boolean {
  const detailed = accepted?.some((value) => detailedActions.includes(value)) === true;
  return detailed ? matchesPrefix(accepted, action) : matchesExactly(accepted, action);
}

function matchesObject(accepted: Accepted, event: EngineEvent): boolean {
  return (
    matchesPrefix(accepted, event.actorId) || matchesPrefix(accepted, event.attributes.name ?? '')
  );
}

function matchesImage(accepted: Accepted, event: EngineEvent): boolean {
  if (isUnset(accepted)) return true;
  const name = event.attributes[event.type === 'image' ? 'name' : 'image'] ?? '';
  return [event.actorId, name, withoutTag(event.actorId), withoutTag(name)].some((value) =>
    accepted.includes(value),
  );
}

/** `repository:tag` without the tag; digests and ports of registries stay. */
function withoutTag(reference: string): string {
  const colon = reference.lastIndexOf(':');
  if (colon < 0 || reference.includes('@') || reference.includes('/', colon)) return reference;
  return reference.slice(0, colon);
}

function matchesLabels(accepted: Accepted, attributes: Readonly<Record<string, string>>): boolean {
  if (isUnset(accepted)) return true;
  return accepted.every((label) => {
    const equals = label.indexOf('=');
    if (equals < 0) return Object.hasOwn(attributes, label);
    return attributes[label.slice(0, equals)] === label.slice(equals + 1);
  });
}
