import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent, EventDraft } from './engine-event.ts';
import { type EventFilters, matchesEvent } from './event-filter.ts';

function event(draft: EventDraft): EngineEvent {
  return { scope: 'local', timeNano: 1n, ...draft } as EngineEvent;
}

const started = event({
  type: 'container',
  action: 'start',
  actorId: 'abcdef123456',
  attributes: { name: 'web', image: 'registry:5000/nginx:1.2', tier: 'front', empty: '' },
});
const healthy = event({
  type: 'container',
  action: 'health_status: healthy',
  actorId: 'abcdef123456',
  attributes: { name: 'web' },
});
const tagged = event({
  type: 'image',
  action: 'tag',
  actorId: 'sha256:12',
  attributes: { name: 'nginx:latest' },
});

const cases: readonly [string, EventFilters, EngineEvent, boolean][] = [
  ['no filter', {}, started, true],
  ['empty values', { type: [] }, started, true],
  ['event', { event: ['start'] }, started, true],
  ['event is exact', { event: ['sta'] }, started, false],
  ['event alternatives', { event: ['stop', 'start'] }, started, true],
  ['detailed action by its name', { event: ['health_status'] }, healthy, true],
  ['detailed action in full', { event: ['health_status: healthy'] }, healthy, true],
  ['other detail', { event: ['health_status: unhealthy'] }, healthy, false],
  ['type', { type: ['container'] }, started, true],
  ['other type', { type: ['image'] }, started, false],
  ['scope', { scope: ['swarm'] }, started, false],
  ['container by name', { container: ['web'] }, started, true],
  ['container by ID prefix', { container: ['abcd'] }, started, true],
  ['another container', { container: ['db'] }, started, false],
  ['container filter leaves images out', { container: ['web'] }, tagged, false],
  ['image with tag', { image: ['registry:5000/nginx:1.2'] }, started, true],
  ['image without tag', { image: ['registry:5000/nginx'] }, started, true],
  ['image event by name', { image: ['nginx'] }, tagged, true],
  ['image event by ID', { image: ['sha256:12'] }, tagged, true],
  ['label exists', { label: ['tier'] }, started, true],
  ['label value', { label: ['tier=front'] }, started, true],
  ['label empty value', { label: ['empty='] }, started, true],
  ['all labels are needed', { label: ['tier=front', 'missing'] }, started, false],
  ['keys are combined', { type: ['container'], event: ['die'] }, started, false],
  ['unknown key', { colour: ['red'] }, started, true],
];

for (const [name, filters, subject, expected] of cases) {
  test(`filter: ${name}`, () => assert.equal(matchesEvent(filters, subject), expected));
}
