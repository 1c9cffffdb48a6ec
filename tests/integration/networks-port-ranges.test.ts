import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { containerId, inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

const descriptors = () => readdirSync('/proc/self/fd').length;

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  let outside: string;
  let web: { path: string; address: string };
  let descriptorsBefore = 0;

  before(async () => {
    host = await NetworksHost.start();
    outside = host.lan();
    descriptorsBefore = descriptors();
    web = await host.container('web', {
      portBindings: {
        ...bindings('tcp', 20_000, 20_000, 1000),
        ...bindings('tcp', 30_000, 5000, 100),
        ...bindings('udp', 20_000, 20_000, 100),
        ...bindings('tcp', 40_000, 40_000, 10, '127.0.0.1'),
      },
    });
    for (const port of [20_500, 5050, 40_005]) await host.serve(web.path, 'tcp', port, 'web');
    await host.serve(web.path, 'udp', 20_099, 'web');
  });
  after(() => host[Symbol.asyncDispose]());

  const elements = async (map: string) => {
    const { stdout } = await host.run(undefined, 'nft', 'list', 'map', 'inet', 'berth', map);
    return (/elements = \{([^}]*)\}/.exec(stdout)?.[1] ?? '')
      .split(',')
      .map((element) => element.trim())
      .filter((element) => element !== '');
  };

  test('ports that keep their numbers are one element, others one each', async () => {
    assert.deepEqual((await elements('port_ranges')).sort(), [
      `tcp . 20000-20999 : ${web.address}`,
      `udp . 20000-20099 : ${web.address}`,
    ]);
    assert.equal((await elements('ports')).length, 100);
    assert.deepEqual(await elements('host_port_ranges'), [
      `127.0.0.1 . tcp . 40000-40009 : ${web.address}`,
    ]);
  });

  test('a range holds one socket for each port, in both families', () => {
    assert.ok(descriptors() - descriptorsBefore < 1000 + 100 + 100 + 10 + 20);
  });

  test('they answer, and lead to the port at the same place', async () => {
    assert.equal(await host.ask(outside, '10.99.0.1', 20_500), 'web 10.99.0.2');
    assert.equal(await host.ask(outside, '10.99.0.1', 30_050), 'web 10.99.0.2');
    assert.equal(await host.ask(outside, '10.99.0.1', 20_099, 'udp'), 'web 10.99.0.2');
    assert.equal(await host.ask(undefined, '127.0.0.1', 40_005), 'web 172.17.0.1');
    assert.equal(await host.ask(undefined, '127.0.0.1', 20_500), 'web 172.17.0.1');
    assert.equal(await host.ask(outside, '10.99.0.1', 40_005), '');
    assert.equal(await host.ask(undefined, '127.0.0.1', 5050), '');
  });

  test('by IPv6, relayed from the first client on', async () => {
    for (const port of [20_500, 30_050, 20_500]) {
      assert.equal(await host.ask(undefined, '::1', port), 'web 172.17.0.1');
    }
    assert.equal(await host.ask(undefined, '::1', 20_099, 'udp'), 'web 172.17.0.1');
  });

  test('one port of a range is refused to others, with its owner', async () => {
    const late = (HostPort: string, HostIp = '') =>
      host.container('late', { portBindings: { '80/tcp': [{ HostPort, HostIp }] } });
    await assert.rejects(late('20999'), /Bind for 0.0.0.0:20999 failed: port is already allocated/);
    await assert.rejects(late('40003', '127.0.0.1'), /Bind for 127.0.0.1:40003 failed/);
    await assert.rejects(
      host.container('late', { portBindings: bindings('tcp', 20_990, 20_990, 20) }),
      /Bind for 0.0.0.0:20990 failed: port is already allocated/,
    );
    const { stderr } = await host.run(undefined, 'socat', 'TCP4-LISTEN:20777,reuseaddr', '-');
    assert.match(stderr, /Address already in use/);
  });

  test('of a range that another program has a port of, none is taken', async () => {
    await host.serve(undefined, 'tcp', 25_007, 'host');
    const count = descriptors();
    await assert.rejects(
      host.container('late', { portBindings: bindings('tcp', 25_000, 6000, 100) }),
      /for 0.0.0.0:25007:172.17.0.\d+:6007\/tcp: address already in use$/,
    );
    assert.equal(descriptors(), count);
    const free = { portBindings: bindings('tcp', 25_000, 6000, 7) };
    await host.container('late', free);
    await host.networks.removeSandbox(containerId('late'));
  });

  test('they follow the default gateway and go on being relayed', async () => {
    const { Id } = await host.networks.create({
      Name: 'blue',
      Driver: 'bridge',
      IPAM: { Config: [{ Subnet: '10.31.0.0/24' }] },
    });
    const change = { containerId: containerId('web'), network: Id, commit: () => undefined };
    const settings = { GwPriority: 100 };
    await host.networks.connect({ ...change, settings });
    assert.deepEqual((await elements('port_ranges')).sort(), [
      'tcp . 20000-20999 : 10.31.0.2',
      'udp . 20000-20099 : 10.31.0.2',
    ]);
    assert.equal(await host.ask(outside, '10.99.0.1', 20_500), 'web 10.99.0.2');
    assert.equal(await host.ask(undefined, '::1', 20_500), 'web 10.31.0.1');
    assert.equal(await host.ask(undefined, '::1', 20_099, 'udp'), 'web 10.31.0.1');
    await host.networks.disconnect(change);
    assert.equal(await host.ask(undefined, '::1', 20_500), 'web 172.17.0.1');
    assert.equal(await host.ask(outside, '10.99.0.1', 30_050), 'web 10.99.0.2');
  });

  test('a flush and a restart bring them back', async () => {
    await host.stopService();
    await host.run(undefined, 'nft', 'flush', 'ruleset');
    await host.startService(new Set([containerId('web')]));
    assert.deepEqual(host.failures, []);
    assert.equal(await host.ask(outside, '10.99.0.1', 20_500), 'web 10.99.0.2');
    assert.equal(await host.ask(undefined, '::1', 30_050), 'web 172.17.0.1');
    const ports = host.networks.sandbox(containerId('web'))?.ports ?? {};
    assert.equal(Object.keys(ports).length, 1000 + 100 + 100 + 10);
    assert.deepEqual(ports['5050/tcp'], [
      { HostIp: '0.0.0.0', HostPort: '30050' },
      { HostIp: '::', HostPort: '30050' },
    ]);
  });

  test('a port whose relay has had clients can be taken again at once', async () => {
    const { namespaces, ports } = host.kernel;
    for (let turn = 0; turn < 3; turn++) {
      const again = await host.container('again', { portBindings: bindings('tcp', 26_000, 80, 2) });
      const { descriptor } = namespaces.withNetworkNamespace(again.path, () =>
        ports.hold({ protocol: 'tcp', address: '0.0.0.0', port: 80 }),
      );
      // Hangs up first, so that the relay does, too: its end of the connection waits on the port.
      const server = net.createServer((socket) => socket.end('again')).listen({ fd: descriptor });
      const client = net.connect(26_000, '::1');
      client.setEncoding('utf8');
      assert.equal((await client.toArray()).join(''), 'again');
      server.close();
      const { stderr } = await host.run(undefined, 'socat', 'TCP4-LISTEN:26001,reuseaddr', '-');
      assert.match(stderr, /Address already in use/);
      await host.networks.removeSandbox(containerId('again'));
    }
  });

  test('with the container they are free', async () => {
    await host.networks.removeSandbox(containerId('web'));
    for (const map of ['ports', 'port_ranges', 'host_port_ranges']) {
      assert.deepEqual(await elements(map), []);
    }
    await host.serve(undefined, 'tcp', 20_500, 'host');
    assert.equal(await host.ask(undefined, '127.0.0.1', 20_500), 'host 127.0.0.1');
  });
});

function bindings(protocol: string, first: number, to: number, count: number, HostIp = '') {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${to + index}/${protocol}`,
      [{ HostIp, HostPort: String(first + index) }],
    ]),
  );
}
