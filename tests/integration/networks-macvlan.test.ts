import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

const lanSubnet = { Subnet: '10.99.0.0/24', IPRange: '10.99.0.128/25', Gateway: '10.99.0.1' };

inPrivateNetwork(import.meta.filename, () => {
  test('macvlan: a container is a machine of the LAN, running or joined later', async () => {
    await using host = await NetworksHost.start();
    const outside = host.lan();
    await host.networks.create({
      ...{ Name: 'lan', Driver: 'macvlan', Options: { parent: 'lan0' } },
      IPAM: { Config: [lanSubnet] },
    });
    const { path } = await host.container('web', { networkMode: 'lan' });
    await host.serve(path, 'tcp', 80, 'web');
    assert.equal(await host.ask(outside, '10.99.0.128', 80), 'web 10.99.0.2');
    assert.match((await host.run(path, 'ip', 'route')).stdout, /default via 10.99.0.1 dev eth0/);

    const late = await host.container('late');
    const containerId = host.request('late').containerId;
    const change = { containerId, network: 'lan', commit: () => undefined };
    await host.networks.connect({ ...change, settings: { GwPriority: -1 } });
    await host.serve(late.path, 'tcp', 81, 'late');
    assert.equal(await host.ask(outside, '10.99.0.129', 81), 'late 10.99.0.2');
    await host.networks.disconnect(change);
    assert.equal(await host.ask(outside, '10.99.0.129', 81), '');
    for (const name of ['web', 'late']) {
      await host.networks.removeSandbox(host.request(name).containerId);
    }
    await host.networks.remove('lan');
    assert.ok(host.kernel.links.get('lan0') !== undefined, 'the parent stays');
  });

  test('options and parents that cannot be are refused, and leave nothing', async () => {
    await using host = await NetworksHost.start();
    host.lan();
    const before = host.kernel.links.list().map(({ name }) => name);
    const make = (Driver: string, Options: Record<string, string>) =>
      host.networks.create({ Name: 'x', Driver, Options });
    await assert.rejects(make('macvlan', { parent: 'nope0' }), /nope0 was not found/);
    await assert.rejects(make('macvlan', { parent: 'nope0.10' }), /nope0 was not found/);
    await assert.rejects(make('macvlan', { parent: 'lo' }), /loopback/);
    await assert.rejects(
      make('macvlan', { parent: 'lan0', macvlan_mode: 'fast' }),
      /bridge, private/,
    );
    await assert.rejects(make('ipvlan', { parent: 'lan0', ipvlan_mode: 'l4' }), /l2, l3, l3s/);
    await make('macvlan', { parent: 'lan0', macvlan_mode: 'passthru' });
    await assert.rejects(
      host.networks.create({ Name: 'y', Driver: 'macvlan', Options: { parent: 'lan0' } }),
      /network x is already using parent interface lan0/,
    );
    await host.networks.remove('x');
    assert.deepEqual(
      host.kernel.links.list().map(({ name }) => name),
      before,
    );
  });

  test('ipvlan, VLANs and dummies: made where the kernel can, else a clear refusal', async () => {
    await using host = await NetworksHost.start();
    host.lan();
    const before = host.kernel.links.list().map(({ name }) => name);
    for (const [driver, options] of [
      ['ipvlan', { parent: 'lan0', ipvlan_mode: 'l3' }],
      ['macvlan', { parent: 'lan0.10' }],
      ['macvlan', {}],
    ] as const) {
      try {
        await host.networks.create({ Name: 'x', Driver: driver, Options: options });
        const { path } = await host.container('web', { networkMode: 'x' });
        assert.match((await host.run(path, 'ip', 'addr', 'show', 'eth0')).stdout, /inet /);
        await host.networks.removeSandbox(host.request('web').containerId);
        await host.networks.remove('x');
      } catch (error) {
        assert.ok(isEngineError(error, 'networks.kernel-lacks'), String(error));
      }
      assert.deepEqual(
        host.kernel.links.list().map(({ name }) => name),
        before,
      );
    }
  });
});
