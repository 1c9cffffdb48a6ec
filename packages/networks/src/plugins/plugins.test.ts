import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createEventBus } from '@berth/events';
import { createFakeKernel, type FakeKernel } from '@berth/kernel/fake.ts';
import { PluginRegistry } from '@berth/plugins';
import { type Database, openDatabase } from '@berth/state';
import { createNetworkService } from '../create-network-service.ts';
import type { NetworkService } from '../network-service.ts';

type Answers = Record<string, (body: Record<string, unknown>) => object>;

let directory: string;
let kernel: FakeKernel;
let database: Database;
const services: NetworkService[] = [];
let server: http.Server;
let calls: string[];
let answers: Answers;
let bodies: [string, Record<string, unknown>][];
let failures: string[];

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'berth-networks-'));
  kernel = createFakeKernel();
  database = openDatabase(':memory:');
  calls = [];
  bodies = [];
  failures = [];
  let next = 1;
  answers = {
    'Plugin.Activate': () => ({ Implements: ['NetworkDriver', 'IpamDriver'] }),
    'NetworkDriver.CreateEndpoint': () => ({ Interface: { MacAddress: '02:00:00:00:00:09' } }),
    'NetworkDriver.Join': () => ({
      InterfaceName: { SrcName: 'plug0', DstPrefix: 'eth' },
      Gateway: '10.60.0.1',
    }),
    'IpamDriver.GetDefaultAddressSpaces': () => ({ LocalDefaultAddressSpace: 'here' }),
    'IpamDriver.RequestPool': () => ({ PoolID: 'p1', Pool: '10.60.0.0/24' }),
    'IpamDriver.RequestAddress': () => ({ Address: `10.60.0.${next++}/24` }),
  };
  server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const method = (request.url ?? '').slice(1);
      const body = JSON.parse(text);
      calls.push(method);
      bodies.push([method, body]);
      response.end(JSON.stringify(answers[method]?.(body) ?? {}));
    });
  });
  server.listen(path.join(directory, 'plug.sock'));
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(async () => {
  // What they look at once a second is in the database.
  for (const each of services.splice(0)) await each.close();
  server.close();
  database.close();
  rmSync(directory, { recursive: true });
});

async function service(): Promise<NetworkService> {
  const networks = createNetworkService({
    ...{ kernel, database, events: createEventBus(), execRoot: directory },
    pluginDirectories: [directory],
    reportError: (_, what) => failures.push(what),
  });
  services.push(networks);
  await networks.reconcile(new Set());
  kernel.links.createDummy('plug0');
  return networks;
}

const request = () => ({
  ...{ containerId: 'c1', containerName: 'web', networkMode: 'n', endpoints: {} },
  ...{ exposedPorts: [], portBindings: {}, publishAllPorts: false, hostname: 'web' },
  ...{ domainname: '', dns: [], dnsSearch: [], dnsOptions: [], extraHosts: [] },
  filesDirectory: path.join(directory, 'web'),
});

test('a network of a plug-in: made, joined, left, removed', async () => {
  const networks = await service();
  await networks.create({ Name: 'n', Driver: 'plug', IPAM: { Driver: 'plug' } });
  const state = await networks.createSandbox(request());
  const { n } = state.endpoints;
  assert.deepEqual(
    [n?.IPAddress, n?.Gateway, n?.MacAddress],
    ['10.60.0.2', '10.60.0.1', '02:00:00:00:00:09'],
  );
  using inside = kernel.links.inNamespace(state.namespacePath ?? '');
  assert.equal(inside.get('eth0')?.mac, '02:00:00:00:00:09');
  assert.equal(inside.routes()[0]?.gateway, '10.60.0.1');
  await networks.removeSandbox('c1');
  await networks.remove('n');
  assert.deepEqual(calls, [
    'Plugin.Activate',
    'IpamDriver.GetDefaultAddressSpaces',
    'IpamDriver.RequestPool',
    'IpamDriver.RequestAddress',
    'NetworkDriver.CreateNetwork',
    'IpamDriver.GetCapabilities',
    'IpamDriver.RequestAddress',
    'NetworkDriver.CreateEndpoint',
    'NetworkDriver.Join',
    'NetworkDriver.ProgramExternalConnectivity',
    'NetworkDriver.EndpointOperInfo',
    'NetworkDriver.RevokeExternalConnectivity',
    'NetworkDriver.Leave',
    'NetworkDriver.DeleteEndpoint',
    'IpamDriver.ReleaseAddress',
    'NetworkDriver.DeleteNetwork',
    'IpamDriver.ReleaseAddress',
    'IpamDriver.ReleasePool',
  ]);
});

test('what a plug-in refuses or answers wrongly is told, and nothing is left', async () => {
  const networks = await service();
  const create = () => networks.create({ Name: 'n', Driver: 'plug' });
  answers['NetworkDriver.CreateNetwork'] = () => ({ Err: 'no more' });
  await assert.rejects(create(), /plugin plug: NetworkDriver.CreateNetwork: no more/);
  assert.equal((await networks.list({ type: ['custom'] })).length, 0);
  answers['NetworkDriver.CreateNetwork'] = () => ({});
  await create();
  answers['NetworkDriver.Join'] = () => ({ InterfaceName: { SrcName: '../etc' } });
  await assert.rejects(networks.createSandbox(request()), /gave the interface/);
  assert.equal(kernel.networks.pinned.size, 0);
  answers['Plugin.Activate'] = () => ({ Implements: ['VolumeDriver'] });
  const other = new PluginRegistry([directory]).get('plug');
  assert.ok(other !== undefined);
  await assert.rejects(other.call('NetworkDriver.Join', {}), /does not implement NetworkDriver/);
});

test('pools of a plug-in go back when the network cannot be made', async () => {
  const networks = await service();
  const create = () => networks.create({ Name: 'n', Driver: 'plug', IPAM: { Driver: 'plug' } });
  const released = () => calls.filter((call) => call === 'IpamDriver.ReleasePool').length;
  const give = answers['IpamDriver.RequestAddress'];
  for (const wrong of [{ Err: 'no more' }, { Address: 'nonsense' }]) {
    answers['IpamDriver.RequestAddress'] = () => wrong;
    calls.length = 0;
    await assert.rejects(create(), /IpamDriver.RequestAddress/);
    assert.equal(released(), 1);
  }
  answers['IpamDriver.RequestAddress'] = give ?? (() => ({}));
  calls.length = 0;
  const both = await Promise.allSettled([create(), create()]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(released(), 1);
});

test('a plug-in hears of it when a container that it has joined does not come about', async () => {
  const networks = await service();
  await networks.create({ Name: 'n', Driver: 'plug' });
  answers['NetworkDriver.Join'] = () => ({
    InterfaceName: { SrcName: 'nosuch', DstPrefix: 'eth' },
  });
  await assert.rejects(
    networks.createSandbox(request()),
    /plugin plug: NetworkDriver.Join: there is no interface "nosuch" on this host/,
  );
  assert.deepEqual(calls.slice(-4), [
    'NetworkDriver.CreateEndpoint',
    'NetworkDriver.Join',
    'NetworkDriver.Leave',
    'NetworkDriver.DeleteEndpoint',
  ]);
});

test('names, routes, addresses and the way out are as the plug-in says; the link goes back to it', async () => {
  const networks = await service();
  await networks.create({ Name: 'n', Driver: 'plug', IPAM: { Driver: 'null' } });
  answers['NetworkDriver.CreateEndpoint'] = () => ({ Interface: { Address: '10.61.0.7/24' } });
  answers['NetworkDriver.Join'] = () => ({
    InterfaceName: { SrcName: 'plug0', DstName: 'fast' },
    Gateway: '10.61.0.1',
    StaticRoutes: [
      { Destination: '10.62.0.0/16', RouteType: 0, NextHop: '10.61.0.2' },
      { Destination: '10.63.0.0/16', RouteType: 1 },
    ],
  });
  const published = { Proto: 6, Port: 80, HostIP: '192.0.2.1', HostPort: 8080 };
  answers['NetworkDriver.EndpointOperInfo'] = () => ({
    Value: { 'com.docker.network.portmap': [published, { ...published, Port: 'x' }, 7, null] },
  });
  const publish = { exposedPorts: ['80/tcp'], portBindings: { '80/tcp': [{ HostPort: '8080' }] } };
  const state = await networks.createSandbox({ ...request(), ...publish });
  assert.equal(state.endpoints.n?.IPAddress, '10.61.0.7');
  assert.deepEqual(state.ports, { '80/tcp': [{ HostIp: '192.0.2.1', HostPort: '8080' }] });
  {
    using inside = kernel.links.inNamespace(state.namespacePath ?? '');
    assert.equal(inside.get('fast')?.up, true);
    const routes = inside.routes().map(({ destination, gateway }) => [destination, gateway]);
    assert.deepEqual(routes.sort(), [
      ['10.62.0.0/16', '10.61.0.2'],
      ['10.63.0.0/16', undefined],
      ['default', '10.61.0.1'],
    ]);
  }
  const told = bodies.findLast(([method]) => method.endsWith('ProgramExternalConnectivity'))?.[1];
  const options = told?.Options as Record<string, unknown> | undefined;
  assert.deepEqual(options?.['com.docker.network.portmap'], [
    { Proto: 6, IP: '', Port: 80, HostIP: '', HostPort: 8080, HostPortEnd: 8080 },
  ]);
  assert.equal(
    bodies.find(([method]) => method.endsWith('.Join'))?.[1].SandboxKey,
    state.namespacePath,
  );
  await networks.removeSandbox('c1');
  assert.deepEqual(calls.slice(-3), [
    'NetworkDriver.RevokeExternalConnectivity',
    'NetworkDriver.Leave',
    'NetworkDriver.DeleteEndpoint',
  ]);
  assert.ok(kernel.links.get('plug0') !== undefined);
});

test('a network can be removed although its plug-ins are gone or refuse', async () => {
  const networks = await service();
  const create = () => networks.create({ Name: 'n', Driver: 'plug', IPAM: { Driver: 'plug' } });
  await create();
  answers['NetworkDriver.DeleteNetwork'] = () => ({ Err: 'busy' });
  answers['IpamDriver.ReleasePool'] = () => ({ Err: 'busy' });
  await networks.remove('n');
  await create();
  rmSync(path.join(directory, 'plug.sock'));
  await networks.remove('n');
  assert.equal((await networks.list({ type: ['custom'] })).length, 0);
  assert.equal(failures.filter((what) => /network n|10.60.0.0\/24 of n/.test(what)).length, 4);
});

test('networks that are made at the same time get different subnets', async () => {
  const networks = await service();
  await Promise.all(['a', 'b', 'c'].map((Name) => networks.create({ Name })));
  const made = await networks.list({ type: ['custom'] });
  const subnets = made.map(({ IPAM }) => IPAM?.Config?.[0]?.Subnet);
  assert.equal(new Set(subnets).size, 3, String(subnets));
});
