import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  before(async () => {
    host = await NetworksHost.start({ icc: false, ipv6Relay: false });
  });
  after(() => host[Symbol.asyncDispose]());

  for (const passes of ['1', '0']) {
    test(`icc=false with bridge-nf-call-iptables=${passes}: published ports only`, async () => {
      host.kernel.host.setSysctl('net.bridge.bridge-nf-call-iptables', passes);
      await host.networks.reconcile(new Set());
      const outside = passes === '1' ? host.lan() : undefined;
      const publish = { portBindings: { '80/tcp': [{ HostPort: `808${passes}` }] } };
      const web = await host.container(`web${passes}`, publish);
      const client = await host.container(`client${passes}`);
      await host.serve(web.path, 'tcp', 80, 'web');
      await host.serve(web.path, 'tcp', 81, 'web');
      assert.equal(await host.ask(client.path, web.address, 81), '');
      assert.equal(await host.ask(undefined, web.address, 81), 'web 172.17.0.1');
      assert.match(await host.ask(client.path, '172.17.0.1', Number(`808${passes}`)), /^web/);
      if (outside !== undefined) {
        assert.equal(await host.ask(outside, '10.99.0.1', 8081), 'web 10.99.0.2');
      }
    });
  }

  const filter = (iptables: string, ip6tables: string) => {
    host.kernel.host.setSysctl('net.bridge.bridge-nf-call-iptables', iptables);
    host.kernel.host.setSysctl('net.bridge.bridge-nf-call-ip6tables', ip6tables);
  };

  test('br_netfilter may be switched while containers run', async () => {
    filter('0', '0');
    await host.networks.reconcile(new Set());
    const web = await host.container('web', { portBindings: { '80/tcp': [{ HostPort: '8090' }] } });
    const client = await host.container('client');
    await host.serve(web.path, 'tcp', 80, 'web');
    await host.serve(web.path, 'tcp', 81, 'web');
    filter('1', '1');
    await eventually(async () => {
      assert.match(await host.ask(client.path, '172.17.0.1', 8090), /^web/);
      assert.match(await host.ask(web.path, '172.17.0.1', 8090), /^web/);
    });
    assert.equal(await host.ask(client.path, web.address, 81), '');
    filter('0', '0');
    await eventually(async () => assert.equal(await host.ask(client.path, web.address, 81), ''));
    assert.match(await host.ask(client.path, '172.17.0.1', 8090), /^web/);
  });

  test('each family is kept apart where its own switch leaves it to us', async () => {
    filter('1', '0');
    await host.networks.reconcile(new Set());
    const icc = 'com.docker.network.bridge.enable_icc';
    await host.networks.create({ Name: 'apart', EnableIPv6: true, Options: { [icc]: 'false' } });
    const join = async (name: string) => {
      const request = host.request(name, { networkMode: 'apart' });
      const { namespacePath = '', endpoints } = await host.networks.createSandbox(request);
      return { path: namespacePath, address: endpoints['apart'] };
    };
    const web = await join('six-web');
    const client = await join('six-client');
    await host.serve(web.path, 'tcp', 81, 'web');
    await host.serve6(web.path, 81, 'web');
    const { IPAddress = '', GlobalIPv6Address = '' } = web.address ?? {};
    await eventually(async () =>
      assert.match(await host.ask(undefined, GlobalIPv6Address, 81), /^web/),
    );
    assert.match(await host.ask(undefined, IPAddress, 81), /^web/);
    assert.equal(await host.ask(client.path, IPAddress, 81), '');
    assert.equal(await host.ask(client.path, GlobalIPv6Address, 81), '');
  });
});
