import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { KernelHarness } from '../../testsuite/harness.ts';
import { kernelConformance } from '../../testsuite/kernel-conformance.ts';
import type { CgroupLayout } from '../cgroups.ts';
import { createFakeKernel } from './fake-kernel.ts';

function fakeHarness(cgroupLayout: CgroupLayout): KernelHarness {
  const kernel = createFakeKernel({ cgroupLayout });
  const directory = mkdtempSync(join(tmpdir(), 'berth-fake-kernel-'));
  return {
    kernel,
    directory,
    makeCgroup: (location) => kernel.cgroups.create(location),
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true });
    },
  };
}

kernelConformance('fake v2', () => fakeHarness('v2'));
kernelConformance('fake v1', () => fakeHarness('v1'));

describe('the fake', () => {
  it('records calls in order, those inside namespaces too', async () => {
    const kernel = createFakeKernel();
    kernel.namespaces.createNetworkNamespace('/run/ns');
    using links = kernel.links.inNamespace('/run/ns');
    links.setUp('lo');
    await kernel.firewall.inNamespace('/run/ns').apply('flush ruleset');
    assert.deepEqual(kernel.callNames, [
      'namespaces.createNetworkNamespace',
      'links.inNamespace',
      'links.setUp',
      'firewall.inNamespace',
      'firewall.apply',
    ]);
    assert.deepEqual(kernel.calls[2], {
      port: 'links',
      method: 'setUp',
      args: ['lo'],
      namespace: '/run/ns',
    });
    assert.deepEqual(kernel.firewall.of('/run/ns').applied, ['flush ruleset']);
    assert.equal(kernel.callNames.length, 5);
  });

  it('fails the n-th call once, without effect', () => {
    const kernel = createFakeKernel();
    kernel.failOn(2, new Error('planned'));
    kernel.links.createDummy('a');
    assert.throws(() => kernel.links.createDummy('b'), /planned/);
    assert.equal(kernel.links.get('b'), undefined);
    kernel.links.createDummy('b');
  });

  it('fails the n-th call of one method, by rejection where the port promises', async () => {
    const kernel = createFakeKernel();
    kernel.failOn({ port: 'firewall', method: 'apply', nth: 2 }, new Error('planned'));
    await kernel.firewall.apply('one');
    kernel.mounts.list();
    const rejected = kernel.firewall.apply('two');
    await assert.rejects(rejected, /planned/);
    assert.deepEqual(kernel.firewall.applied, ['one']);
  });

  it('lets a test play a program', async () => {
    const kernel = createFakeKernel();
    const child = await kernel.processes.spawn({
      command: '/bin/shim',
      args: [],
      stdio: ['ignore', 'pipe'],
    });
    const [program] = kernel.processes.spawned;
    program?.far[1]?.write('ready');
    program?.finish({ code: 3, signal: null });
    assert.equal(await text(child.streams[1]!), 'ready');
    assert.deepEqual(await child.exit, { code: 3, signal: null });
    assert.equal(kernel.processes.info(child.pid), undefined);
    assert.equal(kernel.processes.kill(child.pid, 0), false);
  });

  it('takes the links of a removed namespace away, and their other ends', () => {
    const kernel = createFakeKernel();
    kernel.namespaces.createNetworkNamespace('/run/ns');
    kernel.links.createBridge('br0');
    const names = { hostName: 'v0', bridge: 'br0', peerName: 'eth0' };
    kernel.links.createVeth({ ...names, peerNamespace: '/run/ns' });
    kernel.namespaces.removeNetworkNamespace('/run/ns');
    assert.equal(kernel.links.get('v0'), undefined);
  });
});
