import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FirewallChange } from '@berth/kernel';
import { createFakeKernel } from '@berth/kernel/fake.ts';
import { FirewallGuard } from './firewall-guard.ts';
import { type FirewallState, noElements } from './firewall-state.ts';
import { FirewallTable } from './firewall-table.ts';
import { rulesOf } from './user-rules.ts';

const listing = 'list chain inet t BERTH-USER';
const chain = (...rules: string[]) =>
  `table inet t {\n\tchain BERTH-USER {\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n}\n`;
const change = (parts: Partial<FirewallChange>): FirewallChange => ({
  ...{ kind: 'removed', object: 'table', family: 'inet', table: 't', own: false },
  ...parts,
});

async function guarded(t: TestContext) {
  const { firewall } = createFakeKernel();
  const state: FirewallState = { ...noElements, forwardPolicy: 'accept' };
  const table = new FirewallTable(firewall, 't', () => state);
  const failures: string[] = [];
  let foreign = 0;
  const guard = new FirewallGuard({
    ...{ firewall, table },
    onForeignChange: () => foreign++,
    reportError: (error) => failures.push(String(error)),
  });
  firewall.printed.set(listing, chain('ip saddr 192.0.2.1 drop'));
  await guard.start();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const written = () => firewall.applied.filter((text) => text.startsWith('add table inet t'));
  return { firewall, guard, failures, written, foreign: () => foreign };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

test('a removed table is written anew, with the rules of the administrator', async (t) => {
  const { firewall, guard, written } = await guarded(t);
  firewall.printed.delete(listing);
  firewall.emit(change({ object: 'rule', chain: 'BERTH-USER' }), change({}));
  t.mock.timers.tick(20);
  await settle();
  assert.equal(written().length, 1);
  assert.match(written()[0] ?? '', /add rule inet t BERTH-USER ip saddr 192\.0\.2\.1 drop\n$/);
  guard.stop();
});

test('rules that the administrator takes away stay away', async (t) => {
  const { firewall, guard, written } = await guarded(t);
  firewall.printed.set(listing, chain());
  firewall.emit(change({ object: 'rule', chain: 'BERTH-USER' }));
  t.mock.timers.tick(20);
  await settle();
  assert.equal(written().length, 0);
  firewall.emit(change({ object: 'element' }));
  t.mock.timers.tick(20);
  await settle();
  assert.ok(!written()[0]?.includes('BERTH-USER ip'));
  guard.stop();
});

test('own changes, additions and other tables are no damage', async (t) => {
  const { firewall, guard, written, foreign } = await guarded(t);
  firewall.emit(change({ own: true }), change({ kind: 'added', object: 'rule', chain: 'forward' }));
  for (let turn = 0; turn < 100; turn++) firewall.emit(change({ table: 'x', object: 'chain' }));
  t.mock.timers.tick(5000);
  await settle();
  assert.deepEqual([written().length, foreign()], [0, 1]);
  guard.stop();
});

test('who removes our rules again and again is answered ever more slowly', async (t) => {
  const { firewall, guard, written } = await guarded(t);
  for (let turn = 0; turn < 500; turn++) {
    firewall.emit(change({ kind: turn % 2 === 0 ? 'lost' : 'removed' }));
    t.mock.timers.tick(10);
    await settle();
  }
  assert.ok(written().length >= 5 && written().length <= 14, String(written().length));
  guard.stop();
  firewall.emit(change({}));
  t.mock.timers.tick(5000);
  await settle();
  assert.ok(written().length <= 14);
});

test('the lines of the chain', () => {
  assert.deepEqual(rulesOf(chain('tcp dport 22 drop', 'counter packets 1 bytes 2')), [
    'tcp dport 22 drop',
    'counter packets 1 bytes 2',
  ]);
  assert.equal(rulesOf('table inet t {\n}\n'), undefined);
});

test('a kernel that tells of no changes is asked whether there were some', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const kernel = createFakeKernel();
  const { firewall } = kernel;
  kernel.failOn({ port: 'firewall', method: 'watch' }, new Error('not permitted'));
  const failures: string[] = [];
  const guard = new FirewallGuard({
    firewall,
    table: new FirewallTable(firewall, 't', () => ({ ...noElements, forwardPolicy: 'accept' })),
    onForeignChange: () => undefined,
    reportError: (error) => failures.push(String(error)),
  });
  await guard.start();
  assert.deepEqual(failures, ['Error: not permitted']);
  const written = () => firewall.applied.filter((text) => text.startsWith('add table inet t'));
  t.mock.timers.tick(5000);
  await settle();
  assert.equal(written().length, 0);
  firewall.foreign += 1;
  t.mock.timers.tick(500);
  t.mock.timers.tick(20);
  await settle();
  assert.equal(written().length, 1);
  t.mock.timers.tick(5000);
  await settle();
  assert.equal(written().length, 1);
  guard.stop();
  firewall.foreign += 1;
  t.mock.timers.tick(5000);
  await settle();
  assert.equal(written().length, 1);
});
