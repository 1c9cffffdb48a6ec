import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { MakeHarness } from './harness.ts';

export function firewallConformance(makeHarness: MakeHarness): void {
  describe('firewall', () => {
    it('applies transactions in the order made, without waiting for the caller', async () => {
      await using harness = makeHarness();
      const path = join(harness.directory, 'ns');
      harness.kernel.namespaces.createNetworkNamespace(path);
      try {
        const firewall = harness.kernel.firewall.inNamespace(path);
        await Promise.all([
          firewall.apply('add table ip berth-test'),
          firewall.apply('add chain ip berth-test c'),
          firewall.check('add rule ip berth-test c accept'),
        ]);
        const results = await Promise.allSettled([
          firewall.apply('add set ip berth-test s { type ifname; }'),
          firewall.apply('add element ip berth-test s { "a" }'),
          firewall.apply('add element ip berth-test s { "b" }'),
        ]);
        assert.deepEqual(
          results.map(({ status }) => status),
          ['fulfilled', 'fulfilled', 'fulfilled'],
        );
        assert.ok('nftables' in ((await firewall.list('list ruleset')) as object));
      } finally {
        harness.kernel.namespaces.removeNetworkNamespace(path);
      }
    });
  });
}
