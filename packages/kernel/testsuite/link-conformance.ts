import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Links } from '../src/links.ts';
import type { KernelHarness, MakeHarness } from './harness.ts';

const mac = '02:42:0a:63:00:05';

interface Pair {
  /** Inside the namespace that plays the host, with the bridge br0. */
  readonly outside: Links;
  readonly inside: Links;
  readonly insidePath: string;
}

/** Runs `action` with two namespaces, so that the machine's own network is left alone. */
async function withPair(makeHarness: MakeHarness, action: (pair: Pair) => Promise<void> | void) {
  await using harness: KernelHarness = makeHarness();
  const { namespaces, links } = harness.kernel;
  const outsidePath = join(harness.directory, 'outside');
  const insidePath = join(harness.directory, 'inside');
  try {
    namespaces.createNetworkNamespace(outsidePath);
    namespaces.createNetworkNamespace(insidePath);
    using outside = links.inNamespace(outsidePath);
    using inside = links.inNamespace(insidePath);
    outside.createBridge('br0', { mac: '02:42:00:00:00:01' });
    outside.setUp('br0');
    await action({ outside, inside, insidePath });
  } finally {
    namespaces.removeNetworkNamespace(insidePath);
    namespaces.removeNetworkNamespace(outsidePath);
  }
}

export function linkConformance(makeHarness: MakeHarness): void {
  describe('links', () => {
    it('makes a veth pair: host end in the bridge, peer named and addressed, both up', () =>
      withPair(makeHarness, ({ outside, inside, insidePath }) => {
        const names = { hostName: 'v0', bridge: 'br0', peerName: 'eth0' };
        outside.createVeth({ ...names, peerNamespace: insidePath, peerMac: mac, mtu: 1400 });
        const host = outside.get('v0');
        const peer = inside.get('eth0');
        assert.equal(host?.masterIndex, outside.get('br0')?.index);
        assert.deepEqual([host?.up, host?.kind, host?.mtu], [true, 'veth', 1400]);
        assert.deepEqual([peer?.up, peer?.mac, peer?.mtu], [true, mac, 1400]);
        assert.throws(() => outside.createVeth({ ...names, peerNamespace: insidePath }), {
          code: 'EEXIST',
        });
      }));

    it('deletes idempotently, both ends at once', () =>
      withPair(makeHarness, async ({ outside, inside, insidePath }) => {
        const names = { hostName: 'v0', bridge: 'br0', peerName: 'eth0' };
        await outside.createVethAsync({ ...names, peerNamespace: insidePath, peerMac: mac });
        assert.deepEqual([outside.get('v0')?.up, inside.get('eth0')?.mac], [true, mac]);
        await assert.rejects(outside.createVethAsync({ ...names, peerNamespace: insidePath }), {
          code: 'EEXIST',
        });
        await outside.deleteLink('v0');
        await outside.deleteLink('v0');
        assert.equal(outside.get('v0'), undefined);
        assert.equal(inside.get('eth0'), undefined);
      }));

    it('deletes many at once, and those that are not there', () =>
      withPair(makeHarness, async ({ outside }) => {
        const names = ['b1', 'b2', 'b3', 'b4'];
        for (const name of names) await outside.createBridgeAsync(name);
        await Promise.all([...names, 'none', 'b1'].map((name) => outside.deleteLink(name)));
        assert.deepEqual(
          names.filter((name) => outside.has(name)),
          [],
        );
        assert.equal(outside.has('br0'), true);
      }));

    it('adds an address once, however often asked', () =>
      withPair(makeHarness, ({ outside }) => {
        outside.addAddress('br0', '10.99.0.1/16');
        outside.addAddress('br0', '10.99.0.1/16');
        outside.addAddress('br0', 'fd00::1/64');
        const found = outside.addresses('br0').map((entry) => entry.address);
        assert.deepEqual(
          found.filter((address) => !address.startsWith('fe80')),
          ['10.99.0.1/16', 'fd00::1/64'],
        );
        outside.removeAddress('br0', '10.99.0.1/16');
        assert.throws(() => outside.removeAddress('br0', '10.99.0.1/16'), {
          code: 'EADDRNOTAVAIL',
        });
      }));

    it('adds a default route through a gateway, and refuses a second one', () =>
      withPair(makeHarness, ({ outside }) => {
        outside.addAddress('br0', '10.99.0.1/16');
        outside.addRoute({ destination: 'default', gateway: '10.99.0.2' });
        const route = outside.routes().find((entry) => entry.destination === 'default');
        assert.equal(route?.gateway, '10.99.0.2');
        assert.equal(route.family, 4);
        const again = { destination: 'default', gateway: '10.99.0.2' };
        assert.throws(() => outside.addRoute(again), { code: 'EEXIST' });
      }));

    it('removes a route that it has shown, of the family that it is of', () =>
      withPair(makeHarness, ({ outside }) => {
        outside.addAddress('br0', '10.99.0.1/16');
        outside.addAddress('br0', 'fd00::1/64');
        outside.addRoute({ destination: 'default', gateway: '10.99.0.2' });
        outside.addRoute({ destination: 'default', gateway: 'fd00::2', link: 'br0' });
        const defaults = () => outside.routes().filter((route) => route.destination === 'default');
        const [ipv4] = defaults().filter(({ family }) => family === 4);
        assert.ok(ipv4 !== undefined);
        outside.removeRoute(ipv4);
        assert.deepEqual(
          defaults().map(({ family, gateway }) => [family, gateway]),
          [[6, 'fd00::2']],
        );
        assert.throws(() => outside.removeRoute(ipv4), { code: 'ESRCH' });
        outside.removeRoute(defaults()[0]!);
        outside.addRoute({ destination: 'default', link: 'br0', family: 6 });
        assert.equal(defaults()[0]?.gateway, undefined);
      }));

    it('makes a macvlan link on top of another, born up in its namespace', () =>
      withPair(makeHarness, ({ outside, inside, insidePath }) => {
        const kind = { type: 'macvlan', mode: 'bridge' } as const;
        const options = { name: 'eth0', parent: 'br0', namespace: insidePath, mac, kind };
        outside.createSubLink(options);
        const link = inside.get('eth0');
        assert.deepEqual([link?.kind, link?.mac, link?.up], ['macvlan', mac, true]);
        assert.throws(() => outside.createSubLink(options), { code: 'EEXIST' });
        assert.throws(() => outside.createSubLink({ ...options, parent: 'nope' }), {
          code: 'ENODEV',
        });
      }));

    it('moves a link into another namespace under another name', () =>
      withPair(makeHarness, ({ outside, inside, insidePath }) => {
        const kind = { type: 'macvlan', mode: 'bridge' } as const;
        outside.createSubLink({ name: 'm0', parent: 'br0', mac, kind });
        outside.moveLink('m0', insidePath, 'eth0');
        assert.equal(outside.get('m0'), undefined);
        assert.deepEqual([inside.get('eth0')?.mac, inside.get('eth0')?.up], [mac, false]);
        assert.throws(() => outside.moveLink('m0', insidePath, 'eth1'), { code: 'ENODEV' });
      }));

    it('changes state, MAC, MTU, master and hairpin', () =>
      withPair(makeHarness, ({ outside, insidePath }) => {
        const names = { hostName: 'v0', bridge: 'br0', peerName: 'eth0' };
        outside.createVeth({ ...names, peerNamespace: insidePath });
        outside.setHairpin('v0', true);
        outside.setMaster('v0', undefined);
        outside.setDown('v0');
        const alone = outside.get('v0');
        assert.deepEqual([alone?.masterIndex, alone?.up], [undefined, false]);
        outside.setMac('v0', mac);
        outside.setMtu('v0', 1300);
        outside.setMaster('v0', 'br0');
        outside.setUp('v0');
        const joined = outside.get('v0');
        assert.deepEqual([joined?.mac, joined?.mtu, joined?.up], [mac, 1300, true]);
        assert.equal(joined?.masterIndex, outside.get('br0')?.index);
      }));

    it('names what it cannot find or make', () =>
      withPair(makeHarness, ({ outside }) => {
        assert.throws(() => outside.setUp('nope'), { code: 'ENODEV', path: 'nope' });
        assert.throws(() => outside.createBridge('br0'), { code: 'EEXIST', path: 'br0' });
        for (const name of ['', '.', 'sixteen-bytes-xx', 'a/b', 'a b', 'a\0b'])
          assert.throws(() => outside.createBridge(name), { code: 'EINVAL' });
        assert.throws(() => outside.addAddress('br0', '10.0.0.1/33'), { code: 'EINVAL' });
        assert.throws(() => outside.setMac('br0', 'zz'), { code: 'EINVAL' });
      }));
  });
}
