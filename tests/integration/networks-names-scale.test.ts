import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from '@berth/testing';
import { askInside, summary } from './networks-dns-fixture.ts';
import { containerId, inPrivateNetwork, NetworksHost, pairs } from './networks-fixture.ts';

const containers = 500;
const name = (index: number) => `c${index}`;

inPrivateNetwork(import.meta.filename, () => {
  test(`${containers} containers in one network know each other, and answers are right at once`, async (t) => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    await using host = await NetworksHost.start({ ipv6Relay: false }, undefined, { names: true });
    const subnet = { IPAM: { Config: [{ Subnet: '10.60.0.0/16' }] } };
    await host.networks.create({ Name: 'app', Internal: true, ...subnet });
    const settings = { Aliases: ['many'] };
    // What is opened once and kept.
    const warm = await host.networks.createSandbox(host.request('warm', { networkMode: 'app' }));
    await askInside(host.kernel, warm.namespacePath ?? '', { name: 'warm' }, 'tcp');
    await host.networks.removeSandbox(containerId('warm'));
    await host.networks.createSandbox(host.request('warm'));
    const move = { containerId: containerId('warm'), network: 'app', commit: () => undefined };
    await host.networks.connect({ ...move, settings });
    await host.networks.disconnect(move);
    await host.networks.removeSandbox(containerId('warm'));
    const before = descriptors();
    const addresses: string[] = [];
    let first = '';
    for (let index = 0; index < containers; index++) {
      const change = { networkMode: 'app', endpoints: { app: settings } };
      const state = await host.networks.createSandbox(host.request(name(index), change));
      addresses.push(state.endpoints.app?.IPAddress ?? '');
      first ||= state.namespacePath ?? '';
    }
    const ask = async (asked: string, transport: 'udp' | 'tcp' = 'udp') =>
      summary(await askInside(host.kernel, first, { name: asked }, transport));

    const started = performance.now();
    for (const [index, address] of addresses.entries()) {
      assert.equal(await ask(name(index)), `0 ${address}`);
    }
    t.diagnostic(`one question: ${((performance.now() - started) / containers).toFixed(2)} ms`);
    const [code, ...all] = (await ask('many', 'tcp')).split(' ');
    assert.deepEqual([code, all.sort()], ['0', [...addresses].sort()]);
    const cut = await askInside(host.kernel, first, { name: 'many' });
    assert.ok(cut !== undefined && cut.length <= 512 && (cut[2] ?? 0) & 2, 'cut, and said to be');

    const late = { containerId: containerId('late'), network: 'app', commit: () => undefined };
    await host.networks.createSandbox(host.request('late'));
    for (let round = 0; round < 3; round++) {
      const state = await host.networks.connect({ ...late, settings });
      assert.equal(await ask('late'), `0 ${state.endpoints.app?.IPAddress}`);
      await host.networks.disconnect(late);
      assert.equal(await ask('late'), '2', 'nobody has the name any more');
    }

    for (const id of ['late', ...addresses.map((_, index) => name(index))]) {
      await host.networks.removeSandbox(containerId(id));
    }
    await host.networks.remove('app');
    assert.deepEqual(readdirSync(host.namespaces), []);
    await eventually(() => assert.equal(descriptors(), before));
    await eventually(() => pairs(host.kernel).length === 0, 60_000);
  });
});
