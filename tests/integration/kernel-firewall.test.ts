import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Firewall } from '@berth/kernel';
import { linuxHarness } from './kernel-fixture.ts';

async function withFirewall(action: (firewall: Firewall) => Promise<void>): Promise<void> {
  await using harness = linuxHarness();
  const pinned = path.join(harness.directory, 'ns');
  harness.kernel.namespaces.createNetworkNamespace(pinned);
  await action(harness.kernel.firewall.inNamespace(pinned));
  harness.kernel.namespaces.removeNetworkNamespace(pinned);
}

describe('firewall', () => {
  it('applies all of a transaction or none', () =>
    withFirewall(async (firewall) => {
      const commands = 'add table ip t\nadd chain ip t c\nadd rule ip t other accept\n';
      await assert.rejects(firewall.apply(commands), { code: 'ENOENT', syscall: 'nft' });
      const { nftables } = (await firewall.list('list ruleset')) as { nftables: object[] };
      assert.equal(nftables.filter((entry) => 'table' in entry).length, 0);
    }));

  it('names what is wrong: syntax, duplicates, busy objects', () =>
    withFirewall(async (firewall) => {
      await assert.rejects(firewall.apply('hello'), { code: 'EINVAL', message: /syntax error/ });
      await firewall.apply('add table ip t; add chain ip t a; add chain ip t b');
      await firewall.apply('add rule ip t a jump b');
      await assert.rejects(firewall.apply('create table ip t'), { code: 'EEXIST' });
      await assert.rejects(firewall.apply('delete chain ip t b'), { code: 'EBUSY' });
    }));

  it('works with more open files than select(2) can take', () =>
    withFirewall(async (firewall) => {
      const files = Array.from({ length: 1500 }, () => openSync('/dev/null', 'r'));
      try {
        for (let turn = 0; turn < 40; turn++) await firewall.apply(`add table ip t${turn}`);
      } finally {
        for (const file of files) closeSync(file);
      }
    }));

  it('a change that cannot be made does not keep those asked for at the same time', () =>
    withFirewall(async (firewall) => {
      await firewall.apply('add table ip t; add set ip t s { type mark; }');
      const asked = [1, 2, 3, 4].map((mark) =>
        firewall.apply(mark === 3 ? 'delete table ip none' : `add element ip t s { ${mark} }`),
      );
      const results = await Promise.allSettled(asked);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
      );
      await assert.rejects(asked[2] ?? Promise.resolve(), { code: 'ENOENT' });
      const listed = await firewall.print('list set ip t s');
      assert.match(listed, /0x0*1, 0x0*2,\s+0x0*4 }/);
    }));

  it('goes on after a failure, and a check changes nothing', () =>
    withFirewall(async (firewall) => {
      const failing = firewall.apply('delete table ip none');
      const following = firewall.apply('add table ip t');
      await assert.rejects(failing, { code: 'ENOENT' });
      await following;
      await firewall.check('add chain ip t checked');
      const listed = JSON.stringify(await firewall.list('list ruleset'));
      assert.ok(listed.includes('"name":"t"'), listed);
      assert.ok(!listed.includes('checked'), listed);
    }));

  it('stays in its namespace, holds no descriptors, and misses a namespace that is gone', async () => {
    await using harness = linuxHarness();
    const pinned = path.join(harness.directory, 'ns');
    harness.kernel.namespaces.createNetworkNamespace(pinned);
    const firewall = harness.kernel.firewall.inNamespace(pinned);
    await firewall.apply('add table ip berth-only-inside');
    const outside = JSON.stringify(await harness.kernel.firewall.list('list tables'));
    assert.ok(!outside.includes('berth-only-inside'));
    const open = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 20; round++) await firewall.apply(`add table ip t${round}`);
    assert.equal(readdirSync('/proc/self/fd').length, open);
    harness.kernel.namespaces.removeNetworkNamespace(pinned);
    await assert.rejects(firewall.apply('add table ip t'), { code: 'ENOENT' });
  });
});
