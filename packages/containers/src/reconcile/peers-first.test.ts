import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerEntry } from '../container-entry.ts';
import { peersFirst } from './peers-first.ts';

function containers(specs: Readonly<Record<string, object>>): {
  readonly entries: ContainerEntry[];
  readonly store: { tryFind(name: string): ContainerEntry | undefined };
} {
  const byName = new Map(
    Object.entries(specs).map(([name, hostConfig]) => [
      name,
      { name, record: { hostConfig } } as unknown as ContainerEntry,
    ]),
  );
  return { entries: [...byName.values()], store: { tryFind: (name) => byName.get(name) } };
}

const order = (specs: Readonly<Record<string, object>>): string[] => {
  const { entries, store } = containers(specs);
  return peersFirst(entries, store).map(({ name }) => name);
};

test('who joins a namespace or links comes behind, through any number of steps', () => {
  const specs = {
    a: { NetworkMode: 'container:b' },
    b: { PidMode: 'container:c', NetworkMode: 'bridge' },
    c: { Links: ['d:alias'] },
    d: { IpcMode: 'shareable' },
  };
  assert.deepEqual(order(specs), ['d', 'c', 'b', 'a']);
});

test('peers that are not to be started and circles change nothing', () => {
  const specs = { a: { NetworkMode: 'container:b' }, b: { PidMode: 'container:a' } };
  assert.deepEqual(order(specs), ['b', 'a']);
  assert.deepEqual(order({ a: { NetworkMode: 'container:gone' } }), ['a']);
});
