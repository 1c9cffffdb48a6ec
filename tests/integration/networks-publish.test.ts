import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { containerId, inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  let outside: string;
  let web: { path: string; address: string };
  let other: { path: string; address: string };

  before(async () => {
    host = await NetworksHost.start();
    outside = host.lan();
    web = await host.container('web', {
      exposedPorts: ['70/tcp'],
      portBindings: {
        '80/tcp': [{ HostPort: '8080' }, { HostIp: '127.0.0.1', HostPort: '8081' }],
        '81/tcp': [{ HostIp: '10.99.0.1', HostPort: '8082' }],
        '53/udp': [{ HostPort: '5353' }],
        '132/sctp': [{ HostPort: '8090' }],
      },
    });
    other = await host.container('other');
    for (const port of [80, 81, 82]) await host.serve(web.path, 'tcp', port, 'web');
    await host.serve(web.path, 'udp', 53, 'web');
  });
  after(() => host[Symbol.asyncDispose]());

  test('from another machine: published ports, with the client address kept', async () => {
    assert.equal(await host.ask(outside, '10.99.0.1', 8080), 'web 10.99.0.2');
    assert.equal(await host.ask(outside, '10.99.0.1', 8082), 'web 10.99.0.2');
    assert.equal(await host.ask(outside, '10.99.0.1', 5353, 'udp'), 'web 10.99.0.2');
  });

  test('from another machine: nothing else of the container', async () => {
    await host.run(outside, 'ip', 'route', 'add', 'default', 'via', '10.99.0.1');
    assert.equal(await host.ask(outside, web.address, 80), '');
    assert.equal(await host.ask(outside, web.address, 82), '');
    assert.equal(await host.ask(outside, '10.99.0.1', 8081), '');
  });

  test('from this host: by loopback, by its addresses, and directly', async () => {
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), 'web 172.17.0.1');
    assert.equal(await host.ask(undefined, '127.0.0.1', 8081), 'web 172.17.0.1');
    assert.equal(await host.ask(undefined, '127.0.0.1', 5353, 'udp'), 'web 172.17.0.1');
    assert.equal(await host.ask(undefined, '10.99.0.1', 8082), 'web 10.99.0.1');
    assert.equal(await host.ask(undefined, '10.99.0.1', 8081), '');
    assert.equal(await host.ask(undefined, '127.0.0.1', 8082), '');
    assert.equal(await host.ask(undefined, web.address, 82), 'web 172.17.0.1');
  });

  test('by IPv6, relayed', async () => {
    assert.equal(await host.ask(undefined, '::1', 8080), 'web 172.17.0.1');
    assert.equal(await host.ask(undefined, '::1', 5353, 'udp'), 'web 172.17.0.1');
  });

  test('from containers: neighbours directly, published ports, own published ports', async () => {
    assert.equal(await host.ask(other.path, web.address, 82), `web ${other.address}`);
    assert.equal(await host.ask(other.path, '10.99.0.1', 8080), 'web 172.17.0.1');
    assert.equal(await host.ask(other.path, '172.17.0.1', 8080), 'web 172.17.0.1');
    assert.equal(await host.ask(web.path, '10.99.0.1', 8080), 'web 172.17.0.1');
    assert.equal(await host.ask(web.path, '172.17.0.1', 5353, 'udp'), 'web 172.17.0.1');
  });

  test('the same where bridged packets do not pass the firewall', async () => {
    host.kernel.host.setSysctl('net.bridge.bridge-nf-call-iptables', '0');
    try {
      assert.equal(await host.ask(other.path, web.address, 82), `web ${other.address}`);
      assert.equal(await host.ask(other.path, '10.99.0.1', 8080), 'web 172.17.0.1');
      assert.equal(await host.ask(web.path, '10.99.0.1', 8080), 'web 172.17.0.1');
    } finally {
      host.kernel.host.setSysctl('net.bridge.bridge-nf-call-iptables', '1');
    }
  });

  test('the loopback of the host is out of reach for containers', async () => {
    await host.serve(undefined, 'tcp', 9999, 'host');
    assert.equal(await host.ask(undefined, '127.0.0.1', 9999), 'host 127.0.0.1');
    const { namespaces, host: machine } = host.kernel;
    await host.run(other.path, 'ip', 'address', 'flush', 'dev', 'lo');
    namespaces.withNetworkNamespace(other.path, () =>
      machine.setSysctl('net.ipv4.conf.all.route_localnet', '1'),
    );
    const route = ['ip', 'route', 'add', '127.0.0.1', 'via', '172.17.0.1', 'src', other.address];
    assert.equal((await host.run(other.path, ...route)).stderr, '');
    assert.equal(await host.ask(other.path, '127.0.0.1', 9999), '');
    assert.equal(await host.ask(other.path, '127.0.0.1', 8081), '');
  });

  test('out: other machines see the address of the host', async () => {
    await host.serve(outside, 'tcp', 7000, 'outside');
    assert.equal(await host.ask(web.path, '10.99.0.2', 7000), 'outside 10.99.0.1');
  });

  test('what inspect shows', () => {
    const both = (port: string) => [
      { HostIp: '0.0.0.0', HostPort: port },
      { HostIp: '::', HostPort: port },
    ];
    assert.deepEqual(host.networks.sandbox(containerId('web'))?.ports, {
      '70/tcp': null,
      '53/udp': both('5353'),
      '80/tcp': [...both('8080'), { HostIp: '127.0.0.1', HostPort: '8081' }],
      '81/tcp': [{ HostIp: '10.99.0.1', HostPort: '8082' }],
      '132/sctp': [{ HostIp: '0.0.0.0', HostPort: '8090' }],
    });
  });

  test('a port that a container has is refused to another', async () => {
    const refused = (message: RegExp) => (error: unknown) =>
      isEngineError(error) && message.test(error.message);
    const publish = (binding: { HostIp?: string; HostPort: string }) =>
      host.container('late', { portBindings: { '80/tcp': [binding] } });
    const prefix =
      'driver failed programming external connectivity on endpoint late \\([0-9a-f]{64}\\): ';
    await assert.rejects(
      publish({ HostPort: '8080' }),
      refused(new RegExp(`${prefix}Bind for 0.0.0.0:8080 failed: port is already allocated by`)),
    );
    await assert.rejects(
      publish({ HostIp: '127.0.0.1', HostPort: '8080' }),
      refused(/Bind for 127.0.0.1:8080 failed: port is already allocated by/),
    );
    await assert.rejects(publish({ HostPort: '8080-8081' }), refused(/all ports are allocated$/));
    await assert.rejects(
      publish({ HostPort: '9999' }),
      refused(
        /failed to bind host port for 0.0.0.0:9999:172.17.0.\d+:80\/tcp: address already in use$/,
      ),
    );
    await assert.rejects(
      publish({ HostIp: '10.1.1.1', HostPort: '8100' }),
      refused(/for 10.1.1.1:8100:172.17.0.\d+:80\/tcp: cannot assign requested address$/),
    );
    assert.equal(host.networks.sandbox(containerId('late')), undefined);
  });

  test('a port of a container is refused to other programs', async () => {
    const { stderr } = await host.run(undefined, 'socat', 'TCP4-LISTEN:8080,reuseaddr', '-');
    assert.match(stderr, /Address already in use/);
  });

  test('ranges give the next free port; freed ports can be had again', async () => {
    const publish = (name: string) =>
      host.networks.createSandbox(
        host.request(name, { portBindings: { '80/tcp': [{ HostPort: '8080-8085' }] } }),
      );
    const first = await publish('range1');
    const second = await publish('range2');
    const portOf = (state: typeof first) => state.ports['80/tcp']?.map(({ HostPort }) => HostPort);
    assert.deepEqual(portOf(first), ['8083', '8083']);
    assert.deepEqual(portOf(second), ['8084', '8084']);
    await host.networks.removeSandbox(containerId('range1'));
    assert.deepEqual(portOf(await publish('range3')), ['8083', '8083']);
    for (const name of ['range2', 'range3']) await host.networks.removeSandbox(containerId(name));
  });

  test('random ports come from the ephemeral range, one after the other', async () => {
    const state = await host.networks.createSandbox(
      host.request('random', { exposedPorts: ['1/tcp', '2/tcp', '3/udp'], publishAllPorts: true }),
    );
    const [first, second, third] = Object.values(state.ports).map((bindings) =>
      Number(bindings?.[0]?.HostPort),
    );
    assert.ok(first && second && third, JSON.stringify(state.ports));
    // Not exact numbers: a connection of this host may have any port of the range for a while.
    for (const port of [first, second, third]) assert.ok(port >= 32768 && port <= 60999, `${port}`);
    assert.ok(second > first, `${second} after ${first}`);
    await host.networks.removeSandbox(containerId('random'));
  });
});
