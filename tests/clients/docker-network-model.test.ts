import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const docker = (...args: string[]) => daemon.dockerOk(args);
const sleeper = ['busybox', 'sleep', '600'];

/** Fails; what the client says. */
async function refused(...args: string[]): Promise<string> {
  const result = await daemon.docker(args);
  assert.notEqual(result.code, 0, `${args.join(' ')} was accepted`);
  return result.stderr;
}

const addressIn = (network: string, container: string) =>
  docker(
    'inspect',
    '-f',
    `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
    container,
  );

const reaches = async (from: string, address: string) =>
  (await daemon.docker(['exec', from, 'ping', '-c', '1', '-W', '1', address])).code === 0;

test('networks are made, shown, filtered, pruned and removed', async () => {
  const id = await docker('network', 'create', '--label', 'a=b', '-o', 'x=y', 'app');
  assert.match(id, /^[0-9a-f]{64}$/);
  const shown = await docker(
    ...['network', 'inspect', '-f'],
    '{{.Driver}} {{.Scope}} {{.Internal}} {{.EnableIPv6}} {{json .Labels}} {{json .Options}} {{json .IPAM.Config}}',
    'app',
  );
  assert.equal(
    shown,
    'bridge local false false {"a":"b"} {"x":"y"} [{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]',
  );
  const names = (...filters: string[]) =>
    docker('network', 'ls', '--format', '{{.Name}}', ...filters.flatMap((f) => ['--filter', f]));
  assert.equal(await names('label=a=b'), 'app');
  assert.equal(await names('type=custom'), 'app');
  assert.equal(await names('driver=bridge', 'name=ap'), 'app');
  assert.equal(await names(`id=${id.slice(0, 6)}`), 'app');
  assert.equal(await names('dangling=true'), 'app');
  assert.match(await refused('network', 'create', 'app'), /network with name app already exists/);
  assert.match(
    await refused('network', 'create', 'host'),
    /operation is not permitted on predefined host network/,
  );
  assert.match(
    await refused('network', 'rm', 'bridge'),
    /bridge is a pre-defined network and cannot be removed/,
  );
  assert.match(await refused('network', 'rm', 'nope'), /network nope not found/);
  assert.match(await refused('network', 'create', '-d', 'nosuch', 'x'), /plugin not found/);
  assert.match(
    await refused('network', 'create', '--subnet', '172.18.4.0/24', 'x'),
    /Pool overlaps with other one on this address space/,
  );
  await docker('run', '-d', '--name', 'user', '--network', 'app', ...sleeper);
  assert.match(
    await refused('network', 'rm', 'app'),
    /network app has active endpoints \(name:"user" id:"/,
  );
  assert.equal(await docker('network', 'prune', '-f'), '');
  await docker('rm', '-f', 'user');
  assert.match(await docker('network', 'prune', '-f', '--filter', 'label=a'), /app/);
  assert.equal((await daemon.inNamespace('ip', ['link', 'show', `br-${id.slice(0, 12)}`])).code, 1);
});

test('subnets, ranges, gateways, auxiliary addresses; an end of addresses says what is left', async () => {
  await docker(
    ...['network', 'create', '--subnet', '10.77.0.0/24', '--ip-range', '10.77.0.8/30'],
    ...['--gateway', '10.77.0.254', '--aux-address', 'printer=10.77.0.8', 'small'],
  );
  for (const name of ['s1', 's2', 's3'])
    await docker('run', '-d', '--name', name, '--network', 'small', ...sleeper);
  assert.equal(await addressIn('small', 's1'), '10.77.0.9');
  assert.match(
    await refused('run', '-d', '--network', 'small', ...sleeper),
    /no available IPv4 addresses on this network's address pools: small \([0-9a-f]{64}\): 10\.77\.0\.0\/24: 7 in use or reserved, 0 left/,
  );
  await docker('run', '-d', '--name', 's4', '--network', 'small', '--ip', '10.77.0.77', ...sleeper);
  assert.match(await docker('exec', 's4', 'ip', 'route'), /^default via 10.77.0.254 dev eth0/m);
  assert.match(
    await refused('run', '--rm', '--network', 'small', '--ip', '10.77.0.77', 'busybox'),
    /Address already in use/,
  );
  assert.match(
    await refused('run', '--rm', '--network', 'small', '--ip', '10.9.0.77', 'busybox'),
    /no configured subnet contains IP address 10.9.0.77/,
  );
  await docker('rm', '-f', 's1', 's2', 's3', 's4');
  await docker('network', 'rm', 'small');
});

test('running containers join and leave; the default route follows', async () => {
  await docker('network', 'create', 'zz');
  await docker('network', 'create', 'aa');
  await docker('run', '-d', '--name', 'peer', '--network', 'zz', ...sleeper);
  await docker('run', '-d', '--name', 'web', '-p', '8099:80', ...sleeper);
  await docker('network', 'connect', '--alias', 'w', '--gw-priority', '5', 'zz', 'web');
  const peer = await addressIn('zz', 'peer');
  await eventually(() => reaches('web', peer));
  const route = () => docker('exec', 'web', 'sh', '-c', 'ip route | grep default');
  assert.match(await route(), /dev eth1/);
  await docker(
    'network',
    'connect',
    '--driver-opt',
    'com.docker.network.endpoint.ifname=inner0',
    'aa',
    'web',
  );
  assert.match(await docker('exec', 'web', 'ip', 'addr', 'show', 'inner0'), /inet /);
  assert.match(
    await refused('network', 'connect', 'aa', 'web'),
    /endpoint with name web already exists in network aa/,
  );
  await docker('network', 'disconnect', 'zz', 'web');
  assert.equal(await reaches('web', peer), false);
  assert.match(await route(), /dev inner0/);
  assert.equal(await docker('port', 'web'), '80/tcp -> 0.0.0.0:8099\n80/tcp -> [::]:8099');
  assert.match(
    await refused('network', 'disconnect', 'zz', 'web'),
    /is not connected to network zz/,
  );
  assert.equal(
    await docker(
      'inspect',
      '-f',
      '{{range $n, $e := .NetworkSettings.Networks}}{{$n}} {{end}}',
      'web',
    ),
    'aa bridge',
  );
  await docker('rm', '-f', 'peer', 'web');
  await docker('network', 'rm', 'aa', 'zz');
});

test('stopped containers join and leave; restarts keep their networks', async () => {
  await docker('network', 'create', '--subnet', '10.78.0.0/24', 'n1');
  await docker('create', '--name', 'later', ...sleeper);
  await docker('network', 'connect', '--ip', '10.78.0.9', 'n1', 'later');
  await docker('network', 'disconnect', 'bridge', 'later');
  await docker('start', 'later');
  assert.equal(await addressIn('n1', 'later'), '10.78.0.9');
  await docker('restart', '-t', '0', 'later');
  assert.equal(await addressIn('n1', 'later'), '10.78.0.9');
  assert.match(
    await refused('network', 'connect', 'host', 'later'),
    /cannot be disconnected from host network or connected to host network/,
  );
  assert.match(await refused('network', 'connect', 'none', 'later'), /private \(none\) mode/);
  await docker('run', '-d', '--name', 'joined', '--network', 'container:later', ...sleeper);
  assert.match(await refused('network', 'connect', 'n1', 'joined'), /sharing network namespace/);
  await docker('rm', '-f', 'joined', 'later');
  await docker('network', 'rm', 'n1');
});

test('a network that is shared loses its links when its container stops', async () => {
  await docker('network', 'create', '--subnet', '10.78.0.0/24', 'shared');
  const own = ['--network', 'shared', '--ip', '10.78.0.9', '--mac-address', '02:00:00:00:78:09'];
  await docker('run', '-d', '--name', 'owner', ...own, ...sleeper);
  await docker('run', '-d', '--name', 'guest', '--network', 'container:owner', ...sleeper);
  const names = (name: string) => docker('exec', name, 'ls', '/sys/class/net');
  assert.deepEqual((await names('guest')).split(/\s+/), ['eth0', 'lo']);
  await docker('stop', '-t', '0', 'owner');
  assert.equal(await names('guest'), 'lo');
  await docker('start', 'owner');
  assert.deepEqual((await names('owner')).split(/\s+/), ['eth0', 'lo']);
  assert.equal(await names('guest'), 'lo');
  await docker('rm', '-f', 'guest', 'owner');
  await docker('network', 'rm', 'shared');
});

test('several networks at once; networks are kept apart; internal ones have no way out', async () => {
  await docker('network', 'create', 'front');
  await docker('network', 'create', '--internal', 'back');
  await docker(
    ...['run', '-d', '--name', 'mid', '--network', 'name=front,alias=m', '--network'],
    ...['name=back,mac-address=02:11:22:33:44:55', ...sleeper],
  );
  await docker('run', '-d', '--name', 'db', '--network', 'back', ...sleeper);
  await docker('run', '-d', '--name', 'other', '--network', 'front', ...sleeper);
  assert.match(await docker('exec', 'mid', 'ip', 'link', 'show', 'eth1'), /02:11:22:33:44:55/);
  const [db, other] = [await addressIn('back', 'db'), await addressIn('front', 'other')];
  for (const address of [db, other]) await eventually(() => reaches('mid', address));
  assert.equal(await reaches('other', db), false);
  assert.doesNotMatch(await docker('exec', 'db', 'ip', 'route'), /default/);
  assert.match(await docker('exec', 'mid', 'ip', 'route'), /default .*dev eth0/);
  assert.equal(
    await docker(
      'inspect',
      '-f',
      '{{json (index .NetworkSettings.Networks "front").DNSNames}}',
      'mid',
    ).then((text) => JSON.parse(text).slice(0, 2).join()),
    'mid,m',
  );
  await docker('rm', '-f', 'mid', 'db', 'other');
  await docker('network', 'rm', 'front', 'back');
});

test('dual stack: addresses, routes, published ports of both families', async () => {
  await docker('network', 'create', '--ipv6', 'both');
  await docker('network', 'create', '--ipv6', '--ipv4=false', 'six');
  const web = 'mkdir /w; echo served > /w/i; httpd -f -p 80 -h /w';
  await docker(
    'run',
    '-d',
    '--name',
    'w6',
    '--network',
    'both',
    '-p',
    '8066:80',
    'busybox',
    'sh',
    '-c',
    web,
  );
  const inspect = (field: string) =>
    docker('inspect', '-f', `{{(index .NetworkSettings.Networks "both").${field}}}`, 'w6');
  const address = await inspect('GlobalIPv6Address');
  assert.match(address, /^fd/);
  assert.equal(await inspect('GlobalIPv6PrefixLen'), '64');
  for (const host of ['127.0.0.1', '[::1]', `[${await inspect('IPv6Gateway')}]`]) {
    await eventually(async () => {
      const answer = await daemon.inNamespace('curl', ['-sS', '-m', '5', `http://${host}:8066/i`]);
      assert.equal(answer.stdout, 'served\n', `${host}: ${answer.stderr}`);
    });
  }
  await docker('run', '-d', '--name', 'only6', '--network', 'six', ...sleeper);
  assert.equal(await addressIn('six', 'only6'), '');
  assert.doesNotMatch(await docker('exec', 'only6', 'ip', 'addr', 'show', 'eth0'), /inet \d/);
  await docker('rm', '-f', 'w6', 'only6');
  await docker('network', 'rm', 'both', 'six');
});

test('links on the default bridge: hosts, environment, ports without icc', async () => {
  await docker('run', '-d', '--name', 'base', '--expose', '5432', '-e', 'A=1', ...sleeper);
  const address = await addressIn('bridge', 'base');
  await docker('run', '-d', '--name', 'user', '--link', 'base:db', ...sleeper);
  assert.match(
    await docker('exec', 'user', 'cat', '/etc/hosts'),
    new RegExp(`${address}\tdb [0-9a-f]{12} base`),
  );
  const env = await docker('exec', 'user', 'env');
  for (const line of [
    `DB_PORT=tcp://${address}:5432`,
    'DB_NAME=/user/db',
    'DB_ENV_A=1',
    `DB_PORT_5432_TCP_ADDR=${address}`,
  ]) {
    assert.ok(env.split('\n').includes(line), `${line} is missing in\n${env}`);
  }
  assert.match(
    await docker('inspect', '-f', '{{json .HostConfig.Links}}', 'user'),
    /\["\/base:\/user\/db"\]/,
  );
  await docker('stop', '-t', '0', 'base');
  assert.match(
    await refused('run', '--rm', '--name', 'late', '--link', 'base', 'busybox'),
    /Cannot link to a non running container: \/base AS \/late\/base/,
  );
  await docker('rm', '-f', 'user', 'base', 'late').catch(() => undefined);
});
