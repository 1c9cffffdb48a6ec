import assert from 'node:assert/strict';
import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { MakeHarness } from './harness.ts';

export function namespaceConformance(makeHarness: MakeHarness): void {
  describe('network namespaces', () => {
    it('holds a loopback link that is up, and nothing else', async () => {
      await using harness = makeHarness();
      const path = join(harness.directory, 'ns');
      harness.kernel.namespaces.createNetworkNamespace(path);
      using links = harness.kernel.links.inNamespace(path);
      assert.deepEqual(
        links.list().map((link) => [link.name, link.up]),
        [['lo', true]],
      );
      harness.kernel.namespaces.removeNetworkNamespace(path);
    });

    it('refuses a path that is taken', async () => {
      await using harness = makeHarness();
      const { namespaces } = harness.kernel;
      const path = join(harness.directory, 'ns');
      namespaces.createNetworkNamespace(path);
      assert.throws(() => namespaces.createNetworkNamespace(path), { code: 'EEXIST' });
      namespaces.removeNetworkNamespace(path);
    });

    it('removes idempotently', async () => {
      await using harness = makeHarness();
      const { namespaces, links } = harness.kernel;
      const path = join(harness.directory, 'ns');
      namespaces.removeNetworkNamespace(path);
      namespaces.createNetworkNamespace(path);
      namespaces.removeNetworkNamespace(path);
      namespaces.removeNetworkNamespace(path);
      assert.throws(() => links.inNamespace(path), { code: 'ENOENT' });
    });

    it('is made and removed off the main thread alike', async () => {
      await using harness = makeHarness();
      const { namespaces, links } = harness.kernel;
      const path = join(harness.directory, 'ns');
      const before = links.list().length;
      await namespaces.createNetworkNamespaceAsync(path);
      await assert.rejects(namespaces.createNetworkNamespaceAsync(path), { code: 'EEXIST' });
      {
        using inside = links.inNamespace(path);
        assert.deepEqual(
          inside.list().map((link) => [link.name, link.up]),
          [['lo', true]],
        );
      }
      assert.equal(links.list().length, before);
      await namespaces.removeNetworkNamespaceAsync(path);
      await namespaces.removeNetworkNamespaceAsync(path);
      assert.throws(() => links.inNamespace(path), { code: 'ENOENT' });
    });

    it('comes back after an action, also after one that throws', async () => {
      await using harness = makeHarness();
      const { namespaces, links } = harness.kernel;
      const path = join(harness.directory, 'ns');
      const before = links.list().length;
      namespaces.createNetworkNamespace(path);
      assert.equal(
        namespaces.withNetworkNamespace(path, () => 42),
        42,
      );
      const failing = () => {
        throw new Error('inside');
      };
      assert.throws(() => namespaces.withNetworkNamespace(path, failing), /inside/);
      assert.equal(links.list().length, before);
      namespaces.removeNetworkNamespace(path);
      assert.throws(() => namespaces.withNetworkNamespace(path, () => 0), { code: 'ENOENT' });
    });

    it('belongs to a user namespace of its own when that is asked for', async () => {
      await using harness = makeHarness();
      const { namespaces, links } = harness.kernel;
      const path = join(harness.directory, 'ns');
      const ids = [{ inside: 0, outside: 100_000, size: 65_536 }];
      await namespaces.createNetworkNamespaceAsync(path, { uids: ids, gids: ids });
      {
        using inside = links.inNamespace(path);
        assert.deepEqual(
          inside.list().map((link) => [link.name, link.up]),
          [['lo', true]],
        );
      }
      const owner = namespaces.openOwner(path);
      const second = `${path}-second`;
      await namespaces.createNetworkNamespaceAsync(second, { joined: `/proc/self/fd/${owner}` });
      const same = namespaces.openOwner(second);
      assert.equal(fstatSync(same).ino, fstatSync(owner).ino);
      for (const descriptor of [owner, same]) closeSync(descriptor);
      await namespaces.removeNetworkNamespaceAsync(second);
      const missing = { joined: '/nonexistent' };
      await assert.rejects(namespaces.createNetworkNamespaceAsync(second, missing), {
        code: 'ENOENT',
      });
      assert.throws(() => links.inNamespace(second), { code: 'ENOENT' });
      await namespaces.removeNetworkNamespaceAsync(path);
      assert.throws(() => namespaces.openOwner(path), { code: 'ENOENT' });
    });
  });
}
