import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createEventBus, type EngineEvent } from './index.ts';

function fixedBus(options: { ringSize?: number; queueLimit?: number } = {}) {
  let now = 1_000n;
  const bus = createEventBus({ clock: { nowNano: () => now }, ...options });
  const start = (id: string) =>
    bus.publish({ type: 'container', action: 'start', actorId: id, attributes: { name: id } });
  return { bus, start, setNow: (value: bigint) => (now = value) };
}

async function idsOf(events: AsyncIterable<EngineEvent>): Promise<string[]> {
  return take(events, Number.POSITIVE_INFINITY);
}

async function take(events: AsyncIterable<EngineEvent>, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const event of events) {
    ids.push(event.actorId);
    if (ids.length === count) break;
  }
  return ids;
}

test('times strictly increase although the clock stands still or goes back', () => {
  const { start, setNow } = fixedBus();
  assert.equal(start('a').timeNano, 1_000n);
  assert.equal(start('b').timeNano, 1_001n);
  setNow(10n);
  assert.equal(start('c').timeNano, 1_002n);
});

test('the default clock counts nanoseconds since the epoch', () => {
  const { timeNano } = createEventBus().publish({
    type: 'daemon',
    action: 'reload',
    actorId: 'id',
    attributes: {},
  });
  assert.ok(Math.abs(Number(timeNano / 1_000_000n) - Date.now()) < 60_000);
});

test('a subscriber gets everything published after subscribe returned', async () => {
  const { bus, start } = fixedBus();
  start('before');
  const events = bus.subscribe();
  start('one');
  start('two');
  assert.deepEqual(await take(events, 2), ['one', 'two']);
  assert.equal(bus.subscriberCount, 0);
});

test('since replays kept events, then goes on with new ones', async () => {
  const { bus, start } = fixedBus();
  start('a');
  const { timeNano } = start('b');
  const events = bus.subscribe({ sinceNano: timeNano });
  start('c');
  assert.deepEqual(await take(events, 2), ['b', 'c']);
});

test('until bounds the replay', () => {
  const { bus, start } = fixedBus();
  const first = start('a');
  start('b');
  const kept = bus.replay({ untilNano: first.timeNano });
  assert.deepEqual(
    kept.map((event) => event.actorId),
    ['a'],
  );
});

test('long events push out more of the old ones', () => {
  const bus = createEventBus({ ringCapacity: 1000 });
  const start = (id: string, label: string) =>
    bus.publish({ type: 'container', action: 'start', actorId: id, attributes: { label } });
  for (let number = 0; number < 100; number++) start(`short-${number}`, '');
  assert.ok(bus.replay({}).length > 50);
  start('long', 'x'.repeat(900));
  const kept = bus.replay({}).map(({ actorId }) => actorId);
  assert.deepEqual([kept.at(-1), kept.length < 10], ['long', true]);
  start('endless', 'x'.repeat(5000));
  assert.deepEqual(
    bus.replay({}).map(({ actorId }) => actorId),
    ['endless'],
  );
});

test('ten thousand events are kept, in order, whatever number came', () => {
  const bus = createEventBus();
  for (let number = 0; number < 25_001; number++) {
    bus.publish({ type: 'daemon', action: 'reload', actorId: String(number), attributes: {} });
  }
  const kept = bus.replay({}).map(({ actorId }) => Number(actorId));
  assert.deepEqual(
    kept,
    Array.from({ length: 10_000 }, (_, index) => 15_001 + index),
  );
});

test('the ring keeps the newest events only', () => {
  const { bus, start } = fixedBus({ ringSize: 3 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) start(id);
  assert.deepEqual(
    bus.replay({}).map((event) => event.actorId),
    ['c', 'd', 'e'],
  );
});

test('abort ends the iteration and unsubscribes', async () => {
  const { bus, start } = fixedBus();
  const abort = new AbortController();
  const events = bus.subscribe({ signal: abort.signal });
  start('a');
  const all = idsOf(events);
  abort.abort();
  assert.deepEqual(await all, ['a']);
  assert.equal(bus.subscriberCount, 0);
});

test('a signal aborted beforehand gives the replay and ends', async () => {
  const { bus, start } = fixedBus();
  start('a');
  const events = bus.subscribe({ sinceNano: 0n, signal: AbortSignal.abort() });
  assert.deepEqual(await idsOf(events), ['a']);
});

test('a subscriber that falls too far behind fails and the others do not notice', async () => {
  const { bus, start } = fixedBus({ queueLimit: 2 });
  const slow = bus.subscribe();
  for (const id of ['a', 'b', 'c']) start(id);
  await assert.rejects(slow.next(), (error) => isEngineError(error, 'api.events-overrun'));
  assert.deepEqual(await slow.next(), { done: true, value: undefined });
  assert.equal(bus.subscriberCount, 0);
});

test('an event does not change when its publisher reuses the attributes', () => {
  const { bus } = fixedBus();
  const attributes = { name: 'a' };
  bus.publish({ type: 'container', action: 'die', actorId: 'x', attributes });
  attributes.name = 'b';
  assert.equal(bus.replay({})[0]?.attributes.name, 'a');
});
