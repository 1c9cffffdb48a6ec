import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createEventBus } from '@berth/events';
import { createFakeKernel } from '@berth/kernel/fake.ts';
import { openDatabase } from '@berth/state';
import { createNetworkService } from '../create-network-service.ts';
import { parseVlanName } from './parent-link.ts';

test('names of VLANs', () => {
  assert.deepEqual(parseVlanName('eth0.10'), { base: 'eth0', id: 10 });
  assert.deepEqual(parseVlanName('bond0.1.4094'), { base: 'bond0.1', id: 4094 });
  for (const name of ['eth0', 'eth0.', 'eth0.0', 'eth0.4095', '.10', 'eth0.x']) {
    assert.equal(parseVlanName(name), undefined, name);
  }
});

test('the VLAN of a parent comes with the first network on it and goes with the last', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'berth-networks-'));
  const kernel = createFakeKernel();
  const database = openDatabase(':memory:');
  try {
    const networks = createNetworkService({
      ...{ kernel, database, events: createEventBus(), execRoot: directory },
    });
    await networks.reconcile(new Set());
    kernel.links.createDummy('eth0');
    const names = () => kernel.links.list().map(({ name }) => name);
    for (const Name of ['a', 'b']) {
      await networks.create({ Name, Driver: 'macvlan', Options: { parent: 'eth0.7' } });
    }
    assert.ok(names().includes('eth0.7'));
    await networks.remove('a');
    assert.ok(names().includes('eth0.7'));
    await networks.remove('b');
    assert.deepEqual(names(), ['lo', 'docker0', 'eth0']);
    await networks.close();
  } finally {
    database.close();
    rmSync(directory, { recursive: true });
  }
});
