import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';
import { AddressServers, ask as askFrom, OutsideHost } from './network-outside.ts';

/** Two machines, of which one runs the daemon: who reaches whom, and by which address. */

const driver = 'com.docker.network.bridge';

let daemon: TestDaemon;
let outside: OutsideHost;
const servers = new AddressServers();

before(async () => {
  daemon = await TestDaemon.start();
  outside = await OutsideHost.connect(daemon);
});
after(async () => {
  servers[Symbol.dispose]();
  await outside?.[Symbol.asyncDispose]();
  await daemon[Symbol.asyncDispose]();
});

const docker = (...args: string[]) => daemon.dockerOk(args);

/** Serves on port 80 and 81 of tcp and 90 of udp. */
async function serve(name: string, ...flags: string[]): Promise<void> {
  await docker('run', '-d', '--name', name, ...flags, 'busybox', 'sleep', '600');
  const namespace = await namespaceOf(name);
  for (const port of [80, 81]) await servers.serve(namespace, 'tcp', port, name);
  await servers.serve(namespace, 'udp', 90, name);
}

const namespaceOf = async (container: string) =>
  `/proc/${await docker('inspect', '-f', '{{.State.Pid}}', container)}/ns/net`;

type Place = 'outside' | 'host' | { readonly container: string };

async function ask(from: Place, protocol: 'tcp' | 'udp', address: string, port: number) {
  const namespace =
    from === 'outside'
      ? outside.namespace
      : from === 'host'
        ? daemon.networkNamespace
        : await namespaceOf(from.container);
  return await askFrom(namespace, protocol, address, port);
}

const addressOf = async (name: string, network: string, field = 'IPAddress') =>
  docker('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").${field}}}`, name);

async function clear(names: readonly string[], networks: readonly string[]): Promise<void> {
  await docker('rm', '-f', ...names);
  if (networks.length > 0) await docker('network', 'rm', ...networks);
}

test('published ports are reached from everywhere, and other machines are seen by their address', async () => {
  await docker('network', 'create', '--ipv6', 'both');
  await docker('network', 'create', '--ipv6', 'apart');
  await serve('web', '--network', 'both', '-p', '8080:80', '-p', '8090:90/udp');
  await serve('peer', '--network', 'both');
  await serve('far', '--network', 'apart');
  const gateway4 = await addressOf('web', 'both', 'Gateway');
  const gateway6 = await addressOf('web', 'both', 'IPv6Gateway');
  const own4 = await addressOf('web', 'both');
  for (const [protocol, address, port, client] of [
    ['tcp', '10.99.0.1', 8080, '10.99.0.2'],
    ['tcp', 'fd99::1', 8080, 'fd99::2'],
    ['udp', '10.99.0.1', 8090, '10.99.0.2'],
    ['udp', 'fd99::1', 8090, 'fd99::2'],
  ] as const) {
    await eventually(async () =>
      assert.equal(await ask('outside', protocol, address, port), `web ${client}`),
    );
  }
  assert.equal(await ask('host', 'tcp', '127.0.0.1', 8080), `web ${gateway4}`);
  // Nothing of ::1 can be routed: the daemon relays it, and the bridge's address of either family is seen.
  assert.ok(
    [gateway4, gateway6]
      .map((address) => `web ${address}`)
      .includes(await ask('host', 'tcp', '::1', 8080)),
  );
  assert.match(await ask('host', 'tcp', '10.99.0.1', 8080), /^web /);
  // Containers of this and of other networks come by way of the host.
  for (const container of ['web', 'peer', 'far']) {
    assert.equal(await ask({ container }, 'tcp', '10.99.0.1', 8080), `web ${gateway4}`, container);
    assert.equal(await ask({ container }, 'tcp', 'fd99::1', 8080), `web ${gateway6}`, container);
  }
  // Nothing else of it is reached, whoever has a route.
  for (const port of [80, 81]) {
    assert.equal(await ask('outside', 'tcp', own4, port), '', `port ${port} of its own address`);
    assert.equal(await ask({ container: 'far' }, 'tcp', own4, port), '');
  }
  assert.match(await ask({ container: 'peer' }, 'tcp', own4, 81), /^web /);
  await clear(['web', 'peer', 'far'], ['both', 'apart']);
  assert.equal(await ask('outside', 'tcp', '10.99.0.1', 8080), '');
});

test('gateway modes, trusted interfaces and internal networks, in both families', async () => {
  const mode = (value: string) =>
    [4, 6].flatMap((family) => ['-o', `${driver}.gateway_mode_ipv${family}=${value}`]);
  const networks: readonly [string, readonly string[]][] = [
    ['plain', []],
    ['open', mode('nat-unprotected')],
    ['routed', mode('routed')],
    ['trusting', ['-o', `${driver}.trusted_host_interfaces=up0`]],
    ['inner', ['--internal']],
    ['cut', ['--internal', ...mode('isolated')]],
  ];
  for (const [name, flags] of networks) {
    await docker('network', 'create', '--ipv6', ...flags, name);
    await serve(`c-${name}`, '--network', name, ...(name === 'routed' ? ['-p', '80'] : []));
  }
  /** Which of the ports 80 and 81 answer the other machine at the container's own address. */
  const open = async (name: string, field: string) => {
    const address = await addressOf(`c-${name}`, name, field);
    const answers = await Promise.all([80, 81].map((port) => ask('outside', 'tcp', address, port)));
    return answers.map((answer) => (answer === '' ? '-' : answer.split(' ')[1])).join(' ');
  };
  for (const [field, client] of [
    ['IPAddress', '10.99.0.2'],
    ['GlobalIPv6Address', 'fd99::2'],
  ] as const) {
    await eventually(async () => assert.equal(await open('open', field), `${client} ${client}`));
    assert.equal(await open('plain', field), '- -');
    assert.equal(await open('routed', field), `${client} -`);
    assert.equal(await open('trusting', field), `${client} ${client}`);
    assert.equal(await open('inner', field), '- -');
    assert.equal(await open('cut', field), '- -');
  }
  const inner = await addressOf('c-inner', 'inner');
  assert.match(await ask('host', 'tcp', inner, 80), /^c-inner /);
  assert.equal(await ask('host', 'tcp', await addressOf('c-cut', 'cut'), 80), '');
  assert.equal(await ask({ container: 'c-plain' }, 'tcp', inner, 80), '');
  assert.equal(
    await ask({ container: 'c-inner' }, 'tcp', await addressOf('c-plain', 'plain'), 80),
    '',
  );
  await clear(
    networks.map(([name]) => `c-${name}`),
    networks.map(([name]) => name),
  );
});

test('on the way out: the address of the host, that of an option, or the own one', async () => {
  await servers.serve(outside.namespace, 'tcp', 7000, 'there');
  await daemon.inNamespace('ip', ['addr', 'add', '10.99.0.77/24', 'dev', 'up0']);
  const networks: readonly [string, readonly string[], string][] = [
    ['usual', [], '10.99.0.1'],
    ['chosen', ['-o', 'com.docker.network.host_ipv4=10.99.0.77'], '10.99.0.77'],
    ['bare', ['-o', `${driver}.enable_ip_masquerade=false`], 'own'],
    ['routed', ['-o', `${driver}.gateway_mode_ipv4=routed`], 'own'],
    ['inner', ['--internal'], ''],
  ];
  for (const [name, flags, expected] of networks) {
    await docker('network', 'create', ...flags, name);
    await serve(`c-${name}`, '--network', name);
    const own = await addressOf(`c-${name}`, name);
    const seen = expected === 'own' ? own : expected;
    const wanted = seen === '' ? '' : `there ${seen}`;
    await eventually(async () =>
      assert.equal(await ask({ container: `c-${name}` }, 'tcp', '10.99.0.2', 7000), wanted, name),
    );
  }
  await clear(
    networks.map(([name]) => `c-${name}`),
    networks.map(([name]) => name),
  );
});
