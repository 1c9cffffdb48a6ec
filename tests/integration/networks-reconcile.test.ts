import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { containerId, inPrivateNetwork, NetworksHost, pairs } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  before(async () => {
    host = await NetworksHost.start();
  });
  after(() => host[Symbol.asyncDispose]());

  const publish = (port: number) => ({
    portBindings: { '80/tcp': [{ HostPort: String(port) }] },
  });

  test('a new daemon takes running containers over and removes the others', async () => {
    const kept = await host.container('kept', publish(8080));
    await host.container('dead', publish(8081));
    await host.serve(kept.path, 'tcp', 80, 'kept');
    const before = host.networks.sandbox(containerId('kept'));
    await host.stopService();
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), 'kept 172.17.0.1');
    await host.startService(new Set([containerId('kept')]));
    assert.deepEqual(host.networks.sandbox(containerId('kept')), before);
    assert.equal(host.networks.sandbox(containerId('dead')), undefined);
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), 'kept 172.17.0.1');
    assert.equal(await host.ask(undefined, '::1', 8080), 'kept 172.17.0.1');
    assert.equal(readdirSync(host.namespaces).length, 1);
    await eventually(() => pairs(host.kernel).length === 1);
    const elements = await host.run(undefined, 'nft', 'list', 'map', 'inet', 'berth', 'ports');
    assert.match(elements.stdout, /8080/);
    assert.doesNotMatch(elements.stdout, /8081/);
    await assert.rejects(host.container('late', publish(8080)), /port is already allocated/);
    assert.deepEqual(host.failures, []);
  });

  test('IDs of the default networks stay', async () => {
    const ids = async () => (await host.networks.list({})).map(({ Id }) => Id);
    const before = await ids();
    await host.networks.reconcile(new Set([containerId('kept')]));
    assert.deepEqual(await ids(), before);
  });

  test('a flushed rule set is written anew; the chain of the administrator is kept', async () => {
    const rule = ['add', 'rule', 'inet', 'berth', 'BERTH-USER', 'counter'];
    await host.run(undefined, 'nft', ...rule);
    await host.networks.reconcile(new Set([containerId('kept')]));
    const chain = await host.run(undefined, 'nft', 'list', 'chain', 'inet', 'berth', 'BERTH-USER');
    assert.match(chain.stdout, /counter/);
    await host.run(undefined, 'nft', 'flush', 'ruleset');
    await host.container('next', publish(8082));
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), 'kept 172.17.0.1');
    await host.run(undefined, 'nft', 'flush', 'ruleset');
    await host.networks.removeSandbox(containerId('next'));
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), 'kept 172.17.0.1');
  });

  test('a deleted bridge is made anew with its ports', async () => {
    await host.kernel.links.deleteLink('docker0');
    assert.equal(await host.ask(undefined, '127.0.0.1', 8080), '');
    await host.networks.reconcile(new Set([containerId('kept')]));
    await eventually(async () => (await host.ask(undefined, '127.0.0.1', 8080)) !== '');
  });

  test('strays of a daemon killed at any step are removed', async () => {
    const { namespaces, links } = host.kernel;
    const stray = `${host.namespaces}/0123456789ab`;
    namespaces.createNetworkNamespace(stray);
    links.createVeth({
      hostName: 'veth0123abc',
      bridge: 'docker0',
      peerNamespace: stray,
      peerName: 'eth0',
    });
    await host.networks.reconcile(new Set([containerId('kept')]));
    assert.deepEqual(readdirSync(host.namespaces).length, 1);
    assert.equal(links.get('veth0123abc'), undefined);
  });

  test('with "iptables": false there are no rules; ports are relayed', async () => {
    await host.stopService();
    await host.startService(new Set(), { firewall: false });
    const tables = await host.run(undefined, 'nft', 'list', 'tables');
    assert.equal(tables.stdout, '');
    const web = await host.container('web', publish(8090));
    await host.serve(web.path, 'tcp', 80, 'web');
    assert.equal(await host.ask(undefined, '127.0.0.1', 8090), 'web 172.17.0.1');
    await host.networks.removeSandbox(containerId('web'));
    assert.equal(await host.ask(undefined, '127.0.0.1', 8090), '');
  });
});
