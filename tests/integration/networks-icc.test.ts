import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
});
