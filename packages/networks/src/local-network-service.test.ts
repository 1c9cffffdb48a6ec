import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createEventBus, type EventBus } from '@berth/events';
import { createFakeKernel, type FakeKernel } from '@berth/kernel/fake.ts';
import { type Database, openDatabase } from '@berth/state';
import { createNetworkService } from './create-network-service.ts';
import type { NetworkConfig } from './network-config.ts';
import type { NetworkService, SandboxRequest } from './network-service.ts';

let directory: string;
let kernel: FakeKernel;
let database: Database;
const services: NetworkService[] = [];
let events: EventBus;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'berth-networks-'));
  kernel = createFakeKernel();
  database = openDatabase(':memory:');
  events = createEventBus();
});
afterEach(async () => {
  // What they look at once a second is in the database.
  for (const each of services.splice(0)) await each.close();
  database.close();
  rmSync(directory, { recursive: true });
});

async function service(config: Partial<NetworkConfig> = {}): Promise<NetworkService> {
  const networks = createNetworkService({
    kernel,
    database,
    events,
    execRoot: directory,
    config: { ipv6Relay: false, ...config },
  });
  services.push(networks);
  await networks.reconcile(new Set());
  return networks;
}

function request(name: string, change: Partial<SandboxRequest> = {}): SandboxRequest {
  return {
    containerId: name,
    containerName: name,
    networkMode: 'bridge',
    endpoints: {},
    exposedPorts: [],
    portBindings: { '80/tcp': [{ HostPort: '8080' }] },
    publishAllPorts: false,
    hostname: name,
    domainname: '',
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
    extraHosts: [],
    filesDirectory: path.join(directory, name),
    ...change,
  };
}

/** Everything that a sandbox could leave behind. */
function remains() {
  return {
    namespaces: [...kernel.networks.pinned.keys()],
    links: kernel.links.list().map(({ name }) => name),
    ports: kernel.ports.held.size,
  };
}

const untouched = { namespaces: [], links: ['lo', 'docker0'], ports: 0 };

test('events of a container that comes and goes', async () => {
  const networks = await service();
  await networks.createSandbox(request('web'));
  await networks.removeSandbox('web');
  await networks.removeSandbox('web');
  const seen = events.replay({ sinceNano: 0n });
  const id = (await networks.inspect('bridge')).Id;
  assert.deepEqual(
    seen.map(({ type, action, actorId, attributes }) => ({ type, action, actorId, attributes })),
    ['connect', 'disconnect'].map((action) => ({
      type: 'network',
      action,
      actorId: id,
      attributes: { container: 'web', name: 'bridge', type: 'bridge' },
    })),
  );
});

test('whichever call of the kernel fails, nothing is left and the next try succeeds', async () => {
  const networks = await service();
  const start = kernel.calls.length;
  await networks.createSandbox(request('probe'));
  const steps = kernel.calls.length - start;
  await networks.removeSandbox('probe');
  assert.ok(steps > 5);
  for (let step = 1; step <= steps; step++) {
    kernel.failOn(step, Object.assign(new Error(`step ${step}`), { code: 'EIO' }));
    const failed = await networks.createSandbox(request('web')).then(
      () => false,
      () => true,
    );
    const call = kernel.calls.at(-1)?.method;
    if (!failed) await networks.removeSandbox('web');
    assert.deepEqual(remains(), untouched, `step ${step}, last call ${call}`);
    const state = await networks.createSandbox(request('web'));
    assert.equal(state.endpoints.bridge?.IPAddress, '172.17.0.2', `step ${step}`);
    await networks.removeSandbox('web');
  }
});

test('a daemon killed after any call of the kernel leaves nothing behind', async () => {
  const crash = new Error('killed');
  for (let step = 1; step <= 12; step++) {
    kernel = createFakeKernel();
    database = openDatabase(':memory:');
    const first = await service();
    // From this call on everything fails, undoing included: as if the process were gone.
    for (let later = step; later < step + 60; later++) kernel.failOn(later, crash);
    await first.createSandbox(request('web')).catch(() => undefined);
    for (let rest = 0; rest < 60; rest++) await drain();
    kernel.ports.held.clear();
    await service();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(remains(), untouched, `step ${step}`);
    assert.equal(database.table({ name: 'network_addresses', key: () => '' }).count(), 0);
  }
});

/** Uses up one planned failure. */
async function drain(): Promise<void> {
  try {
    kernel.links.get('lo');
  } catch {}
}

test('names, IDs, filters', async () => {
  const networks = await service();
  const all = await networks.list({});
  assert.deepEqual(
    all.map(({ Name, Driver }) => [Name, Driver]),
    [
      ['bridge', 'bridge'],
      ['host', 'host'],
      ['none', 'null'],
    ],
  );
  const id = all[0]?.Id ?? '';
  assert.equal((await networks.inspect(id.slice(0, 12))).Name, 'bridge');
  await assert.rejects(networks.inspect('nope'), /^EngineError: network nope not found$/);
  await assert.rejects(networks.inspect('host', { scope: 'swarm' }), /network host not found/);
  const names = async (filters: Record<string, string[]>) =>
    (await networks.list(filters)).map(({ Name }) => Name);
  assert.deepEqual(await names({ driver: ['null', 'host'] }), ['host', 'none']);
  assert.deepEqual(await names({ name: ['o'] }), ['host', 'none']);
  assert.deepEqual(await names({ name: ['^host$'] }), ['host']);
  assert.deepEqual(await names({ id: [id.slice(0, 20)] }), ['bridge']);
  assert.deepEqual(await names({ type: ['custom'] }), []);
  assert.deepEqual(await names({ type: ['builtin'], scope: ['local'] }), [
    'bridge',
    'host',
    'none',
  ]);
  assert.deepEqual(await names({ dangling: ['true'] }), []);
  assert.deepEqual(await names({ label: ['x'] }), []);
  await assert.rejects(networks.list({ nope: ['x'] }), /invalid filter 'nope'/);
  await assert.rejects(networks.list({ type: ['x'] }), /invalid filter 'type=x'/);
});

test('forwarding: switched on when off, and then for containers only', async () => {
  await service();
  assert.equal(kernel.host.sysctl('net.ipv4.ip_forward'), '1');
  assert.match(kernel.firewall.applied.join(''), /hook forward priority filter; policy drop/);
  await service();
  assert.match(kernel.firewall.applied.at(-2) ?? '', /policy drop/);
  kernel = createFakeKernel({ host: { sysctls: { 'net.ipv4.ip_forward': '1' }, bootId: 'b' } });
  await service();
  assert.doesNotMatch(kernel.firewall.applied.join(''), /policy drop/);
  kernel = createFakeKernel();
  const without = await service({ ipForward: false });
  assert.deepEqual(without.warnings(), ['WARNING: IPv4 forwarding is disabled']);
});

test('other tables that drop what is forwarded are warned of', async () => {
  const chain = { family: 'ip', table: 'filter', name: 'FORWARD', hook: 'forward', policy: 'drop' };
  kernel = createFakeKernel({ firewallAnswer: () => ({ nftables: [{ chain }] }) });
  const networks = await service();
  assert.match(networks.warnings().join(), /firewall chain "ip filter FORWARD" drops forwarded/);
});

test('a renamed container is shown by its new name', async () => {
  const networks = await service();
  await networks.createSandbox(request('web'));
  await networks.rename('web', 'shop');
  const { Containers } = await networks.inspect('bridge');
  assert.equal(Containers?.web?.Name, 'shop');
  await networks.removeSandbox('web');
});

test('without a default bridge there is no such network', async () => {
  const networks = await service({ bridge: 'none' });
  await assert.rejects(networks.createSandbox(request('web')), /network bridge not found/);
  assert.equal(existsSync(path.join(directory, 'web')), false);
});
