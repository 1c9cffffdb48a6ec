import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { eventually } from '@berth/testing';
import { linuxHarness } from './kernel-fixture.ts';

const own = () => readlinkSync('/proc/thread-self/ns/net');

describe('network namespaces', () => {
  it('run an action inside and come back, nested too', async () => {
    await using harness = linuxHarness();
    const { namespaces } = harness.kernel;
    const [first, second] = ['first', 'second'].map((name) => path.join(harness.directory, name));
    namespaces.createNetworkNamespace(first!);
    namespaces.createNetworkNamespace(second!);
    const home = own();
    const seen = namespaces.withNetworkNamespace(first!, () => {
      const outer = own();
      const inner = namespaces.withNetworkNamespace(second!, own);
      return [outer, inner, own()];
    });
    assert.equal(seen[0], seen[2]);
    assert.equal(new Set([home, ...seen]).size, 3);
    assert.equal(own(), home);
    assert.throws(() => namespaces.withNetworkNamespace(harness.directory, own), {
      code: 'EINVAL',
      syscall: 'setns',
    });
    for (const pinned of [first!, second!]) namespaces.removeNetworkNamespace(pinned);
  });

  it('leave no file when they cannot be pinned', async () => {
    await using harness = linuxHarness();
    const missing = path.join(harness.directory, 'none/ns');
    const create = () => harness.kernel.namespaces.createNetworkNamespace(missing);
    assert.throws(create, { code: 'ENOENT' });
    assert.deepEqual(readdirSync(harness.directory), []);
  });

  it('leave no descriptors open', async () => {
    await using harness = linuxHarness();
    const { namespaces, links } = harness.kernel;
    const pinned = path.join(harness.directory, 'ns');
    namespaces.createNetworkNamespace(pinned);
    const open = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 10; round++) {
      using inside = links.inNamespace(pinned);
      inside.createBridge(`b${round}`);
      await inside.deleteLink(`b${round}`);
    }
    await eventually(() => assert.equal(readdirSync('/proc/self/fd').length, open));
    namespaces.removeNetworkNamespace(pinned);
  });

  it('serve worker threads: mounts and files work there, the umask does not', async () => {
    const script = `
      import { parentPort } from 'node:worker_threads';
      import { createLinuxKernel } from '@berth/kernel';
      const kernel = createLinuxKernel();
      let umask = 'set';
      try { kernel.files.setUmask(0); } catch { umask = 'refused'; }
      parentPort.postMessage([kernel.mounts.list('/proc').length > 0,
        kernel.files.statFileSystem('/proc').type, umask]);`;
    const source = script.replace(
      "'@berth/kernel'",
      JSON.stringify(import.meta.resolve('@berth/kernel')),
    );
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const answer = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    assert.deepEqual(answer, [true, 'proc', 'refused']);
    await worker.terminate();
  });
});
