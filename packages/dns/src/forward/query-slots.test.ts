import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from '../message/query.ts';
import { makeQuery } from '../message/testing-query.ts';
import { Forwarder } from './forwarder.ts';
import { QuerySlots } from './query-slots.ts';

test('places are counted for one and for all, and given back once', () => {
  const all = new QuerySlots(3);
  const one = new QuerySlots(2, all);
  const other = new QuerySlots(2, all);
  const first = one.take();
  assert.ok(first !== undefined && one.take() !== undefined);
  assert.equal(one.take(), undefined);
  const third = other.take();
  assert.ok(third !== undefined);
  assert.equal(other.take(), undefined);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.ok(other.take() !== undefined);
  assert.equal(one.take(), undefined);
});

test('servers that cannot be opened are gone past; without a place nobody is asked', async () => {
  const parsed = parseQuery(makeQuery({ name: 'example.com' }));
  assert.ok(parsed.kind === 'query');
  const opened: string[] = [];
  const options = {
    open: ({ address }: { address: string }) => {
      opened.push(address);
      throw new Error('ENETUNREACH');
    },
    signal: new AbortController().signal,
  };
  const servers = ['a', 'b', 'c', 'd'].map((address) => ({ address, fromHost: false }));
  const free = new Forwarder({ ...options, slots: new QuerySlots(1) });
  assert.equal(await free.forward(parsed.query, servers, 'udp'), undefined);
  assert.deepEqual(opened, ['a', 'b', 'c']);
  const full = new Forwarder({ ...options, slots: new QuerySlots(0) });
  assert.equal(await full.forward(parsed.query, servers, 'udp'), undefined);
  assert.equal(opened.length, 3);
});
