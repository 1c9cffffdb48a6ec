import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { eventually } from '@berth/testing';
import { containerId, inPrivateNetwork, NetworksHost, pairs } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  before(async () => {
    host = await NetworksHost.start();
  });
  after(() => host[Symbol.asyncDispose]());

  const remove = (name: string) => host.networks.removeSandbox(containerId(name));

  test('the bridge: address, MAC, forwarding, and no more than needed', () => {
    const { links, host: machine } = host.kernel;
    const bridge = links.get('docker0');
    assert.equal(bridge?.kind, 'bridge');
    assert.match(bridge?.mac ?? '', /^02:42:/);
    assert.equal(bridge?.up, true);
    const addresses = links.addresses('docker0').map(({ address }) => address);
    assert.ok(addresses.includes('172.17.0.1/16'));
    assert.equal(machine.sysctl('net.ipv4.ip_forward'), '1');
    assert.equal(machine.sysctl('net.ipv4.conf.docker0.route_localnet'), '1');
    assert.equal(machine.sysctl('net.ipv4.conf.all.route_localnet'), '0');
  });

  test('an interface with address, MAC and route; a MAC of the user', async () => {
    const plain = await host.container('plain');
    const chosen = await host.container('chosen', { macAddress: '02:42:00:00:00:99' });
    assert.deepEqual([plain.address, chosen.address], ['172.17.0.2', '172.17.0.3']);
    using inside = host.kernel.links.inNamespace(plain.path);
    const link = inside.get('eth0');
    assert.equal(link?.mac, '02:42:ac:11:00:02');
    assert.equal(link?.mtu, 1500);
    const own = inside.addresses('eth0').map(({ address }) => address);
    assert.deepEqual(own, ['172.17.0.2/16']);
    const route = inside.routes().find(({ destination }) => destination === 'default');
    assert.equal(route?.gateway, '172.17.0.1');
    using other = host.kernel.links.inNamespace(chosen.path);
    assert.equal(other.get('eth0')?.mac, '02:42:00:00:00:99');
    const view = await host.networks.inspect('bridge');
    assert.deepEqual(
      Object.values(view.Containers ?? {}).map(({ Name, IPv4Address }) => [Name, IPv4Address]),
      [
        ['plain', '172.17.0.2/16'],
        ['chosen', '172.17.0.3/16'],
      ],
    );
    for (const name of ['plain', 'chosen']) await remove(name);
  });

  test('files: hosts, hostname, resolv.conf; made anew at each start', async () => {
    const change = {
      hostname: 'h1',
      domainname: 'dom.x',
      extraHosts: ['foo:1.2.3.4', 'gw:host-gateway'],
      links: [{ name: 'db', alias: 'bee', address: '172.17.0.9', hostname: 'dbhost' }],
      dns: ['1.1.1.1'],
      dnsSearch: ['.'],
      dnsOptions: ['ndots:3'],
    };
    const state = await host.networks.createSandbox(host.request('files', change));
    const read = (file: string | undefined) => readFileSync(file ?? '', 'utf8');
    const hosts = [
      '127.0.0.1\tlocalhost',
      '::1\tlocalhost ip6-localhost ip6-loopback',
      'fe00::\tip6-localnet',
      'ff00::\tip6-mcastprefix',
      'ff02::1\tip6-allnodes',
      'ff02::2\tip6-allrouters',
      '1.2.3.4\tfoo',
      '172.17.0.1\tgw',
      '172.17.0.9\tbee dbhost db',
    ];
    const withOwn = ({ endpoints }: typeof state) =>
      [...hosts, `${endpoints.bridge?.IPAddress}\th1.dom.x h1`, ''].join('\n');
    assert.equal(read(state.hostsPath), withOwn(state));
    assert.equal(read(state.hostnamePath), 'h1\n');
    const lines = read(state.resolvConfPath).split('\n');
    const conf = lines.filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(conf, ['nameserver 1.1.1.1', 'options ndots:3']);
    writeFileSync(state.hostsPath ?? '', 'edited');
    await remove('files');
    const again = await host.networks.createSandbox(host.request('files', change));
    assert.equal(read(state.hostsPath), withOwn(again));
    assert.deepEqual(readdirSync(path.dirname(state.hostsPath ?? '')).sort(), [
      'hostname',
      'hosts',
      'resolv.conf',
    ]);
    await remove('files');
  });

  test('none: loopback alone; host: no namespace; container: nothing at all', async () => {
    const none = await host.networks.createSandbox(host.request('none', { networkMode: 'none' }));
    using inside = host.kernel.links.inNamespace(none.namespacePath ?? '');
    assert.deepEqual(
      inside
        .list()
        .filter(({ up }) => up)
        .map(({ name }) => name),
      ['lo'],
    );
    const shared = await host.networks.createSandbox(
      host.request('shared', { networkMode: 'host' }),
    );
    assert.equal(shared.namespacePath, undefined);
    assert.match(shared.endpoints.host?.EndpointID ?? '', /^[0-9a-f]{64}$/);
    assert.equal(readFileSync(shared.hostsPath ?? '', 'utf8'), readFileSync('/etc/hosts', 'utf8'));
    const mode = { networkMode: `container:${containerId('none')}` };
    const joined = await host.networks.createSandbox(host.request('joined', mode));
    assert.deepEqual(joined, { sandboxId: '', endpoints: {}, ports: {} });
    for (const name of ['none', 'shared', 'joined']) await remove(name);
  });

  test('an unknown network fails and leaves nothing', async () => {
    await assert.rejects(
      host.networks.createSandbox(host.request('lost', { networkMode: 'nope' })),
      (error) =>
        isEngineError(error, 'networks.not-found') && /network nope not found$/.test(error.message),
    );
    assert.deepEqual(readdirSync(host.namespaces), []);
  });

  test('a failing step leaves nothing: no namespace, link, address or port', async () => {
    const publish = { portBindings: { '80/tcp': [{ HostPort: '8080' }] } };
    const directory = path.join(host.directory, 'a-file');
    writeFileSync(directory, '');
    const broken = host.request('broken', {
      ...publish,
      filesDirectory: path.join(directory, 'x'),
    });
    await assert.rejects(
      host.networks.createSandbox(broken),
      /failed to set up container networking/,
    );
    assert.deepEqual(readdirSync(host.namespaces), []);
    await eventually(() => pairs(host.kernel).length === 0);
    const next = await host.container('next', publish);
    assert.equal(next.address, '172.17.0.2');
    await remove('next');
  });

  test('an address is not given again while the link that had it may answer', async () => {
    await eventually(() => pairs(host.kernel).length === 0);
    const first = await host.container('first');
    const holder = await host.hold(first.path);
    await remove('first');
    const second = await host.container('second');
    assert.notEqual(second.address, first.address);
    await holder.end();
    await eventually(() => pairs(host.kernel).length === 1);
    const third = await host.container('third');
    assert.equal(third.address, first.address);
    for (const name of ['second', 'third']) await remove(name);
  });

  test('removing is idempotent and leaves nothing', async () => {
    const { path: namespace } = await host.container('gone');
    await remove('gone');
    await remove('gone');
    assert.equal(existsSync(namespace), false);
    assert.equal(host.networks.sandbox(containerId('gone')), undefined);
    await eventually(() => pairs(host.kernel).length === 0);
  });
});
