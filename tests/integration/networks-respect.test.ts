import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  test('with publish-mode respect the input rules of the host decide', async () => {
    await using host = await NetworksHost.start({ publishMode: 'respect' });
    const outside = host.lan();
    const web = await host.container('web', {
      portBindings: {
        '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }],
        '81/udp': [{ HostIp: '0.0.0.0', HostPort: '8081' }],
      },
    });
    await host.serve(web.path, 'tcp', 80, 'web');
    await host.serve(web.path, 'udp', 81, 'web');
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 172.17.0.1');
    assert.equal(await host.ask(outside, '10.99.0.1', 8081, 'udp'), 'web 172.17.0.1');
    const policy = '{ type filter hook input priority 0; policy drop; }';
    const rules = `add table inet host; add chain inet host input ${policy}; add rule inet host input iifname lo accept`;
    await host.run(undefined, 'nft', `${rules}; add rule inet host input iifname docker0 accept`);
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), '');
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), 'web 172.17.0.1');
    await host.run(undefined, 'nft', 'add rule inet host input tcp dport 8080 accept');
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 172.17.0.1');
    await assert.rejects(
      host.container('streams', { portBindings: { '9/sctp': [{ HostPort: '9000' }] } }),
      /sctp ports cannot be published while "publish-mode" is "respect"/,
    );
    assert.deepEqual(host.failures, []);
  });
});
