import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createFakeKernel } from '@berth/kernel/fake.ts';
import { type PublishSettings, readPublishing } from './port-bindings.ts';
import { PortRegistry } from './port-registry.ts';
import { parseContainerPort, parseHostPort } from './port-spec.ts';
import { type PublishOptions, planPublishing } from './publish-plan.ts';

const owner = { containerId: 'c', endpointId: 'e', endpointName: 'web', address: '172.17.0.2' };

function plan(change: Partial<PublishOptions & PublishSettings>) {
  const asked = { exposedPorts: [], portBindings: {}, publishAllPorts: false, ...change };
  return planPublishing({
    ...readPublishing(asked),
    defaultHostAddress: '0.0.0.0',
    ipv4: true,
    ipv6: 'none',
    ...change,
  });
}

function registry() {
  const kernel = createFakeKernel();
  const ephemeralRange = () => ({ first: 32_768, last: 32_770 });
  return {
    kernel,
    ports: new PortRegistry({ ports: kernel.ports, ephemeralRange, nameOf: (id) => `of ${id}` }),
  };
}

const publishing = (HostPort: string, HostIp = '') =>
  plan({ portBindings: { '80/tcp': [{ HostIp, HostPort }] } }).publish;

test('port specifications', () => {
  assert.deepEqual(parseContainerPort('80'), { port: 80, protocol: 'tcp' });
  assert.deepEqual(parseContainerPort('53/UDP'), { port: 53, protocol: 'udp' });
  for (const bad of ['', '0/tcp', '65536', 'abc/tcp', '80-81/tcp', '80/tcp/x', '-1', '8o']) {
    assert.throws(
      () => parseContainerPort(bad),
      (error) => isEngineError(error, 'networks.invalid-port'),
    );
  }
  assert.throws(() => parseContainerPort('80/foo'), /invalid proto: foo/);
  assert.deepEqual(parseHostPort('8000-8010'), { first: 8000, last: 8010 });
  assert.deepEqual(parseHostPort('0'), undefined);
  assert.deepEqual(parseHostPort(''), undefined);
  for (const bad of ['90-80', '99999', '1-2-3', 'x', ' 80']) {
    assert.throws(() => parseHostPort(bad), new RegExp(`invalid port specification: "${bad}"`));
  }
});

test('fixed ports are planned before random ones; what is not published is exposed', () => {
  const { publish, exposed } = plan({
    exposedPorts: ['90/tcp', '80/tcp'],
    portBindings: {
      '70/tcp': [{ HostPort: '' }],
      '80/tcp': [{ HostPort: '8080' }],
      '60/udp': null,
    },
  });
  assert.deepEqual(
    publish.map(({ port, range }) => [port, range?.first]),
    [
      [80, 8080],
      [70, undefined],
    ],
  );
  assert.deepEqual(exposed, ['90/tcp', '60/udp']);
  const all = plan({ exposedPorts: ['90/tcp', '80/tcp'], publishAllPorts: true });
  assert.deepEqual(
    all.publish.map(({ port }) => port),
    [80, 90],
  );
  assert.deepEqual(all.exposed, []);
});

test('host addresses: both families by default, one when named', () => {
  const addresses = (HostIp: string, change: Partial<PublishOptions> = {}) =>
    plan({
      portBindings: { '80/tcp': [{ HostIp, HostPort: '1' }] },
      ipv6: 'relay',
      ...change,
    }).publish[0]?.hostAddresses.map(({ address }) => address);
  assert.deepEqual(addresses(''), ['0.0.0.0', '::']);
  assert.deepEqual(addresses('', { ipv6: 'none' }), ['0.0.0.0']);
  assert.deepEqual(addresses('', { defaultHostAddress: '127.0.0.1' }), ['127.0.0.1']);
  assert.deepEqual(addresses('0.0.0.0'), ['0.0.0.0']);
  assert.deepEqual(addresses('[::1]'), ['::1']);
  assert.throws(() => addresses('::1', { ipv6: 'none' }), /IPv6 address ::1/);
  assert.throws(() => addresses('nonsense'), /invalid IP address: "nonsense"/);
});

test('a port is given once; every holder is let go with it', async () => {
  const { kernel, ports } = registry();
  const [lease] = await ports.acquire(publishing('8080'), owner);
  assert.equal(kernel.ports.held.size, 1);
  await assert.rejects(ports.acquire(publishing('8080'), owner), /Bind for 0.0.0.0:8080 failed/);
  await assert.rejects(ports.acquire(publishing('8080', '127.0.0.1'), owner), /127.0.0.1:8080/);
  assert.ok(lease !== undefined);
  await ports.release([lease]);
  await ports.release([lease]);
  assert.equal(kernel.ports.held.size, 0);
  await ports.acquire(publishing('8080', '127.0.0.1'), owner);
  await ports.acquire(publishing('8080', '127.0.0.2'), owner);
  await assert.rejects(ports.acquire(publishing('8080'), owner), /port is already allocated/);
});

test('all or nothing', async () => {
  const { kernel, ports } = registry();
  kernel.ports.foreign.push({ protocol: 'tcp', address: '0.0.0.0', port: 81 });
  const two = plan({
    portBindings: { '1/tcp': [{ HostPort: '80' }], '2/tcp': [{ HostPort: '81' }] },
  });
  await assert.rejects(
    ports.acquire(two.publish, owner),
    /endpoint web \(e\): failed to bind host port for 0.0.0.0:81:172.17.0.2:2\/tcp: address already in use/,
  );
  assert.equal(kernel.ports.held.size, 0);
});

test('random ports go on behind the last and come round; foreign ones are passed over', async () => {
  const { kernel, ports } = registry();
  kernel.ports.foreign.push({ protocol: 'tcp', address: '0.0.0.0', port: 32_769 });
  const random = async () => (await ports.acquire(publishing(''), owner))[0];
  const first = await random();
  assert.deepEqual([first?.hostPort, (await random())?.hostPort], [32_768, 32_770]);
  await assert.rejects(random, /all ports are allocated|address already in use/);
  assert.ok(first !== undefined);
  await ports.release([first]);
  assert.equal((await random())?.hostPort, 32_768);
});

test('the IPv6 side of a wildcard may be missing on the host, not in use', async () => {
  const { kernel, ports } = registry();
  const both = plan({ portBindings: { '80/tcp': [{ HostPort: '80' }] }, ipv6: 'relay' }).publish;
  kernel.ports.foreign.push({ protocol: 'tcp', address: '::', port: 80 });
  await assert.rejects(
    ports.acquire(both, owner),
    /for \[::\]:80:172.17.0.2:80\/tcp: address already in use/,
  );
  assert.equal(kernel.ports.held.size, 0);
  kernel.ports.foreign.pop();
  const lacking = Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' });
  kernel.failOn({ port: 'ports', method: 'holdRange', nth: 1 }, lacking);
  assert.deepEqual(
    (await ports.acquire(both, owner)).map(({ hostAddress }) => hostAddress),
    ['0.0.0.0'],
  );
});

test('ports that follow each other on both sides are one request, and one lease', async () => {
  const range = (first: number, to: number, count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `${to + index}/tcp`,
        [{ HostPort: String(first + index) }],
      ]),
    );
  const portBindings = { ...range(8000, 8000, 100), '90/tcp': [{ HostPort: '7999' }] };
  const { publish } = plan({ portBindings: { ...portBindings, '8005/udp': [{ HostPort: '1' }] } });
  assert.deepEqual(
    publish.map(({ port, protocol, count, range: hosts }) => [port, protocol, count, hosts]),
    [
      [90, 'tcp', 1, { first: 7999, last: 7999 }],
      [8000, 'tcp', 100, { first: 8000, last: 8099 }],
      [8005, 'udp', 1, { first: 1, last: 1 }],
    ],
  );
  const { kernel, ports } = registry();
  const shifted = plan({ portBindings: range(9000, 50, 20), ipv6: 'relay' }).publish;
  const leases = await ports.acquire(shifted, owner);
  assert.deepEqual(
    leases.map(({ hostAddress, hostPort, containerPort, count }) => [
      ...[hostAddress, hostPort, containerPort, count],
    ]),
    [
      ['0.0.0.0', 9000, 50, 20],
      ['::', 9000, 50, 20],
    ],
  );
  assert.equal(kernel.ports.held.size, 40);
  assert.equal(ports.socketsOf(leases[0] as never), ports.socketsOf(leases[1] as never));
  await assert.rejects(
    ports.acquire(publishing('9019', '127.0.0.1'), owner),
    /Bind for 127.0.0.1:9019 failed: port is already allocated/,
  );
  await ports.release(leases);
  assert.equal(kernel.ports.held.size, 0);
});

test('of a range the port that is in use is named; the others are let go', async () => {
  const { kernel, ports } = registry();
  kernel.ports.foreign.push({ protocol: 'tcp', address: '0.0.0.0', port: 8003 });
  const five = Object.fromEntries(
    [0, 1, 2, 3, 4].map((index) => [`${100 + index}/tcp`, [{ HostPort: String(8000 + index) }]]),
  );
  const { publish } = plan({ portBindings: five });
  assert.equal(publish.length, 1);
  await assert.rejects(
    ports.acquire(publish, owner),
    /failed to bind host port for 0.0.0.0:8003:172.17.0.2:103\/tcp: address already in use/,
  );
  assert.equal(kernel.ports.held.size, 0);
  kernel.ports.foreign.pop();
  assert.equal((await ports.acquire(publish, owner)).length, 1);
  await assert.rejects(
    ports.acquire(publishing('8004'), owner),
    /Bind for 0.0.0.0:8004 failed: port is already allocated/,
  );
});
