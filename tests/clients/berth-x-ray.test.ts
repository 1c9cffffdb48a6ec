import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ContainerXray } from '@berth/engine-api';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';

let berth: BerthEndpoint;

before(async () => {
  berth = await openBerth();
  const limits = ['-m', '64m', '--pids-limit', '50', '--cap-drop', 'ALL', '--cap-add', 'KILL'];
  const places = ['--tmpfs', '/scratch', '-v', 'kept:/kept:ro', '-p', '127.0.0.1::80'];
  const script = 'sleep 600 & sleep 601';
  const what = ['busybox', 'sh', '-c', script];
  await berth.ok(['run', '-d', '--name', 'seen', '--init', ...limits, ...places, ...what]);
  const shared = ['--network', 'container:seen', '--pid', 'host'];
  await berth.ok(['run', '-d', '--name', 'peer', ...shared, 'busybox', 'sleep', '600']);
});
after(async () => {
  await berth.run(['rm', '-f', '-v', 'seen', 'peer']);
  await berth[Symbol.asyncDispose]();
});

async function xray(name: string): Promise<ContainerXray> {
  return JSON.parse(await berth.ok(['x-ray', '--json', name])) as ContainerXray;
}

test('processes, limits, capabilities and the shim are the true ones', async () => {
  const seen = await xray('seen');
  const commands = seen.Processes.map(({ Command }) => Command);
  assert.ok(commands.includes('sleep 600') && commands.includes('sleep 601'), `${commands}`);
  assert.equal(seen.Processes.find(({ ContainerPid }) => ContainerPid === 1)?.Pid !== 1, true);
  const resource = (name: string) => seen.Cgroup.Resources.find(({ Name }) => Name === name);
  assert.equal(resource('memory')?.Limit, 64 * 1024 * 1024);
  assert.equal(resource('pids')?.Limit, 50);
  assert.deepEqual(seen.Security.Capabilities, ['CAP_KILL']);
  assert.equal(seen.Security.Seccomp, 'filter');
  assert.ok((seen.Shim.Pid ?? 0) > 0 && (seen.Shim.Memory ?? 0) > 0, JSON.stringify(seen.Shim));
});

test('layers, mounts, the way to the bridge, ports', async () => {
  const seen = await xray('seen');
  assert.equal(seen.Layers.at(-1)?.Writable, true);
  assert.ok(seen.Layers.length >= 2 && (seen.Layers[0]?.Bytes ?? 0) > 0);
  const kept = seen.Mounts.find(({ Destination }) => Destination === '/kept');
  assert.deepEqual([kept?.Type, kept?.Name, kept?.Writable], ['volume', 'kept', false]);
  const [link] = seen.Networks;
  assert.equal(link?.Interface, 'eth0');
  assert.equal(link?.Network, 'bridge');
  assert.match(link?.HostInterface ?? '', /^veth/);
  assert.match(link?.Bridge ?? '', /^(docker|berth)0$/);
  assert.deepEqual([seen.Ports[0]?.HostAddress, seen.Ports[0]?.ContainerPort], ['127.0.0.1', 80]);
});

test('the firewall: the published port, and what the bridge is in', async () => {
  const { Firewall, Ports, Networks } = await xray('seen');
  const published = Firewall.find(({ Set: name }) => name === 'host_ports');
  assert.match(published?.Table ?? '', /^inet /);
  const address = Networks[0]?.Addresses[0]?.split('/')[0];
  const port = Ports[0]?.HostPort;
  assert.equal(published?.Element, `127.0.0.1 . tcp . ${port} : ${address} . 80`);
  const sets = Firewall.map(({ Set: name }) => name);
  assert.ok(sets.includes('bridges') && sets.includes('masqueraded'), `${sets}`);
  assert.deepEqual((await xray('peer')).Firewall, []);
});

test('namespaces tell who shares them', async () => {
  const shares = (of: ContainerXray, type: string) =>
    of.Namespaces.find(({ Type }) => Type === type)?.SharedWith;
  const seen = await xray('seen');
  const peer = await xray('peer');
  assert.deepEqual(shares(seen, 'net'), ['peer']);
  assert.deepEqual(shares(peer, 'net'), ['seen']);
  assert.deepEqual(shares(peer, 'pid'), ['host']);
  assert.deepEqual(shares(seen, 'mnt'), []);
});

test('as a page of text; stopped containers have less; unknown ones are an error', async () => {
  assert.match(await berth.ok(['x-ray', 'seen']), /─ namespaces[\s\S]*─ held by[\s\S]*─ log/);
  await berth.ok(['stop', '-t', '0', 'peer']);
  const text = await berth.ok(['x-ray', 'peer']);
  assert.match(text, /^peer {2}exited/);
  assert.doesNotMatch(text, /─ processes/);
  const missing = await berth.run(['x-ray', 'nosuch']);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /No such container: nosuch/);
});
