import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@berth/testing';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

const wanted = { portBindings: { '80/tcp': [{ HostPort: '8080' }] } };

/** A host on a LAN of both families: 10.99.0.0/24 and fd99::/64; the other machine has the address 2 in each. */
async function dualStackHost(): Promise<{ host: NetworksHost; outside: string }> {
  const host = await NetworksHost.start({ ipv6Relay: false });
  const outside = host.lan();
  host.kernel.links.addAddress('lan0', 'fd99::1/64');
  using inside = host.kernel.links.inNamespace(outside);
  inside.addAddress('eth0', 'fd99::2/64');
  return { host, outside };
}

inPrivateNetwork(import.meta.filename, () => {
  test('clients of other machines keep their address, in both families', async () => {
    const { host, outside } = await dualStackHost();
    await using _ = host;
    await host.networks.create({ Name: 'both', EnableIPv6: true });
    const { path } = await host.container('web', { ...wanted, networkMode: 'both' });
    await host.serve(path, 'tcp', 80, 'web');
    await host.serve6(path, 80, 'web6');
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 10.99.0.2');
    await eventually(async () =>
      assert.match(
        await host.ask(outside, 'fd99::1', 8080),
        /^web6 \[?(fd99::2|fd99:0+:0+:0+:0+:0+:0+:0+2)\]?/,
      ),
    );
    await host.networks.removeSandbox(host.request('web').containerId);
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), '');
    await host.networks.remove('both');
  });

  test('networks are kept apart, and unpublished ports closed, but as their gateway mode says', async () => {
    const { host, outside } = await dualStackHost();
    await using _ = host;
    const mode = (value: string) => ({
      Options: { 'com.docker.network.bridge.gateway_mode_ipv4': value },
    });
    const make = async (name: string, subnet: string, request: object = {}) => {
      await host.networks.create({
        Name: name,
        IPAM: { Config: [{ Subnet: subnet }] },
        ...request,
      });
      const { path } = await host.container(`c-${name}`, {
        networkMode: name,
        ...(name === 'routed' ? wanted : {}),
      });
      await host.serve(path, 'tcp', 80, name);
      await host.serve(path, 'tcp', 81, name);
      return path;
    };
    await make('plain', '10.1.0.0/24');
    await make('open', '10.2.0.0/24', mode('nat-unprotected'));
    await make('routed', '10.3.0.0/24', mode('routed'));
    const inner = await make('inner', '10.4.0.0/24', { Internal: true });
    const other = await make('other', '10.5.0.0/24');
    using lan = host.kernel.links.inNamespace(outside);
    lan.addRoute({ destination: 'default', gateway: '10.99.0.1' });
    assert.equal(await host.ask(outside, '10.1.0.2', 80), '');
    assert.equal(await host.ask(outside, '10.2.0.2', 80), 'open 10.99.0.2');
    assert.equal(await host.ask(outside, '10.3.0.2', 80), 'routed 10.99.0.2');
    assert.equal(await host.ask(outside, '10.3.0.2', 81), '');
    assert.equal(await host.ask(outside, '10.4.0.2', 80), '');
    assert.equal(await host.ask(other, '10.1.0.2', 80), '');
    assert.equal(await host.ask(inner, '10.1.0.2', 80), '');
    assert.equal(await host.ask(undefined, '10.4.0.2', 80), 'inner 10.4.0.1');
    for (const name of ['plain', 'open', 'routed', 'inner', 'other']) {
      await host.networks.removeSandbox(host.request(`c-${name}`).containerId);
      await host.networks.remove(name);
    }
    assert.deepEqual(
      host.kernel.links.list().filter(({ name }) => name.startsWith('br-')),
      [],
    );
  });

  test('a running container moves between networks: its ports and its default route go along', async () => {
    const { host, outside } = await dualStackHost();
    await using _ = host;
    await host.networks.create({ Name: 'aa' });
    const { path } = await host.container('web', wanted);
    await host.serve(path, 'tcp', 80, 'web');
    const containerId = host.request('web').containerId;
    const change = { containerId, network: 'aa', commit: () => undefined };
    await host.networks.connect({ ...change, settings: {} });
    assert.match((await host.run(path, 'ip', 'route')).stdout, /default via 172.18.0.1 dev eth1/);
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 10.99.0.2');
    await host.networks.disconnect(change);
    assert.match((await host.run(path, 'ip', 'route')).stdout, /default via 172.17.0.1 dev eth0/);
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 10.99.0.2');
    await host.networks.disconnect({ ...change, network: 'bridge' });
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), '');
    await host.networks.connect({ ...change, settings: {} });
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 10.99.0.2');
    await host.networks.removeSandbox(containerId);
    await host.networks.remove('aa');
  });

  test('datagrams of a busy client follow its port to the next container', async () => {
    const { host, outside } = await dualStackHost();
    await using _ = host;
    const udp = { portBindings: { '90/udp': [{ HostPort: '8090' }] } };
    const send = () =>
      host.run(
        outside,
        ...[
          'sh',
          '-c',
          'echo hello | timeout 2 socat -t1 - UDP4:10.99.0.1:8090,sourceport=5999,reuseaddr',
        ],
      );
    const first = await host.container('first', udp);
    await host.serve(first.path, 'udp', 90, 'first');
    assert.match((await send()).stdout, /^first 10.99.0.2/);
    await host.networks.removeSandbox(host.request('first').containerId);
    await host.container('between');
    await host.container('another');
    const second = await host.container('second', udp);
    assert.notEqual(second.address, first.address);
    await host.serve(second.path, 'udp', 90, 'second');
    assert.match((await send()).stdout, /^second 10.99.0.2/);
    for (const name of ['between', 'another', 'second']) {
      await host.networks.removeSandbox(host.request(name).containerId);
    }
  });

  test('a hundred networks', async () => {
    await using host = await NetworksHost.start({
      ipv6Relay: false,
      addressPools: [{ base: '10.0.0.0/8', size: 24 }],
    });
    for (let number = 0; number < 100; number++) await host.networks.create({ Name: `n${number}` });
    assert.equal((await host.networks.list({ type: ['custom'] })).length, 100);
    const { path } = await host.container('last', { networkMode: 'n99' });
    await host.serve(path, 'tcp', 80, 'last');
    assert.match(await host.ask(undefined, '10.0.100.2', 80), /^last 10.0.100.1$/);
    await host.networks.removeSandbox(host.request('last').containerId);
    assert.equal((await host.networks.prune({})).length, 100);
  });
});
