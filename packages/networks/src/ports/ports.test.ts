import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createFakeKernel } from '@berth/kernel/fake.ts';
import { PortRegistry } from './port-registry.ts';
import { parseContainerPort, parseHostPort } from './port-spec.ts';
import { type PublishOptions, planPublishing } from './publish-plan.ts';

const owner = { containerId: 'c', endpointId: 'e', endpointName: 'web', address: '172.17.0.2' };

function plan(change: Partial<PublishOptions>) {
  return planPublishing({
    exposedPorts: [],
    portBindings: {},
    publishAllPorts: false,
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

test('a port is given once; every holder is let go with it', () => {
  const { kernel, ports } = registry();
  const [lease] = ports.acquire(publishing('8080'), owner);
  assert.equal(kernel.ports.held.size, 1);
  assert.throws(() => ports.acquire(publishing('8080'), owner), /Bind for 0.0.0.0:8080 failed/);
  assert.throws(() => ports.acquire(publishing('8080', '127.0.0.1'), owner), /127.0.0.1:8080/);
  assert.ok(lease !== undefined);
  ports.release(lease);
  ports.release(lease);
  assert.equal(kernel.ports.held.size, 0);
  ports.acquire(publishing('8080', '127.0.0.1'), owner);
  ports.acquire(publishing('8080', '127.0.0.2'), owner);
  assert.throws(() => ports.acquire(publishing('8080'), owner), /port is already allocated/);
});

test('all or nothing', () => {
  const { kernel, ports } = registry();
  kernel.ports.foreign.push({ protocol: 'tcp', address: '0.0.0.0', port: 81 });
  const two = plan({
    portBindings: { '1/tcp': [{ HostPort: '80' }], '2/tcp': [{ HostPort: '81' }] },
  });
  assert.throws(
    () => ports.acquire(two.publish, owner),
    /endpoint web \(e\): failed to bind host port for 0.0.0.0:81:172.17.0.2:2\/tcp: address already in use/,
  );
  assert.equal(kernel.ports.held.size, 0);
});

test('random ports go on behind the last and come round; foreign ones are passed over', () => {
  const { kernel, ports } = registry();
  kernel.ports.foreign.push({ protocol: 'tcp', address: '0.0.0.0', port: 32_769 });
  const random = () => ports.acquire(publishing(''), owner)[0];
  const first = random();
  assert.deepEqual([first?.hostPort, random()?.hostPort], [32_768, 32_770]);
  assert.throws(random, /all ports are allocated|address already in use/);
  assert.ok(first !== undefined);
  ports.release(first);
  assert.equal(random()?.hostPort, 32_768);
});

test('the IPv6 side of a wildcard may be missing on the host, not in use', () => {
  const { kernel, ports } = registry();
  const both = plan({ portBindings: { '80/tcp': [{ HostPort: '80' }] }, ipv6: 'relay' }).publish;
  kernel.ports.foreign.push({ protocol: 'tcp', address: '::', port: 80 });
  assert.throws(
    () => ports.acquire(both, owner),
    /for \[::\]:80:172.17.0.2:80\/tcp: address already in use/,
  );
  assert.equal(kernel.ports.held.size, 0);
  kernel.ports.foreign.pop();
  const lacking = Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' });
  kernel.failOn({ port: 'ports', method: 'hold', nth: 2 }, lacking);
  assert.deepEqual(
    ports.acquire(both, owner).map(({ hostAddress }) => hostAddress),
    ['0.0.0.0'],
  );
});
