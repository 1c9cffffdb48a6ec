import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { containerId, inPrivateNetwork, NetworksHost, pairs } from './networks-fixture.ts';

const containers = 300;
const name = (index: number) => `c${index}`;

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  before(async () => {
    host = await NetworksHost.start({ ipv6Relay: false });
  });
  after(() => host[Symbol.asyncDispose]());

  test(`${containers} containers with a published port each, and nothing left of them`, async (t) => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    const creating: number[] = [];
    for (let index = 0; index < containers; index++) {
      const request = host.request(name(index), {
        portBindings: { '80/tcp': [{ HostPort: String(20_000 + index) }] },
      });
      const started = performance.now();
      await host.networks.createSandbox(request);
      creating.push(performance.now() - started);
    }
    assert.equal(pairs(host.kernel).length, containers);
    const removing: number[] = [];
    for (let index = 0; index < containers; index++) {
      const started = performance.now();
      await host.networks.removeSandbox(containerId(name(index)));
      removing.push(performance.now() - started);
    }
    t.diagnostic(`createSandbox: first 30 ${median(creating.slice(0, 30))} ms`);
    t.diagnostic(`createSandbox: last 30 ${median(creating.slice(-30))} ms`);
    t.diagnostic(
      `removeSandbox: ${median(removing)} ms, longest ${Math.max(...removing).toFixed(1)}`,
    );
    assert.deepEqual(readdirSync(host.namespaces), []);
    assert.equal(descriptors(), before);
    await eventually(() => pairs(host.kernel).length === 0, 60_000);
  });

  test('10,000 ports of one container', async (t) => {
    const portBindings = { ...range(10_000, 30_000), '81/udp': ports(100, 30_000) };
    const started = performance.now();
    await host.networks.createSandbox(host.request('many', { portBindings }));
    t.diagnostic(`createSandbox: ${(performance.now() - started).toFixed(0)} ms`);
    const removing = performance.now();
    await host.networks.removeSandbox(containerId('many'));
    t.diagnostic(`removeSandbox: ${(performance.now() - removing).toFixed(0)} ms`);
  });

  test('50 at once', async () => {
    const names = Array.from({ length: 50 }, (_, index) => name(index));
    const states = await Promise.all(
      names.map((each) =>
        host.networks.createSandbox(
          host.request(each, { publishAllPorts: true, exposedPorts: ['80/tcp'] }),
        ),
      ),
    );
    const distinct = (of: (state: (typeof states)[number]) => string | undefined) =>
      new Set(states.map(of)).size;
    assert.equal(
      distinct((state) => state.endpoints.bridge?.IPAddress),
      50,
    );
    assert.equal(
      distinct((state) => state.ports['80/tcp']?.[0]?.HostPort),
      50,
    );
    await Promise.all(names.map((each) => host.networks.removeSandbox(containerId(each))));
    const map = await host.run(undefined, 'nft', 'list', 'map', 'inet', 'berth', 'ports');
    assert.doesNotMatch(map.stdout, /elements/);
  });
});

function ports(count: number, first: number): { HostPort: string }[] {
  return Array.from({ length: count }, (_, index) => ({ HostPort: String(first + index) }));
}

/** So many ports that keep their numbers. */
function range(count: number, first: number): Record<string, { HostPort: string }[]> {
  const bindings = ports(count, first).map((binding) => [`${binding.HostPort}/tcp`, [binding]]);
  return Object.fromEntries(bindings);
}

function median(values: readonly number[]): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0).toFixed(2);
}
