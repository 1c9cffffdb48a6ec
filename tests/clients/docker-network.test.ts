import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, runCommand, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const fetch = (url: string) => daemon.inNamespace('curl', ['-sS', '-m', '5', url]);
const web = ['busybox', 'sh', '-c', 'mkdir /w; echo served > /w/index.html; httpd -f -p 80 -h /w'];

async function served(url: string): Promise<void> {
  await eventually(async () => {
    const answer = await fetch(url);
    assert.equal(answer.stdout, 'served\n', answer.stderr);
  });
}

test('the default networks', async () => {
  assert.equal(
    await daemon.dockerOk(['network', 'ls', '--format', '{{.Name}} {{.Driver}} {{.Scope}}']),
    'bridge bridge local\nhost host local\nnone null local',
  );
  assert.equal(
    await daemon.dockerOk([
      'network',
      'inspect',
      '-f',
      '{{(index .IPAM.Config 0).Subnet}} {{index .Options "com.docker.network.bridge.name"}}',
      'bridge',
    ]),
    '172.17.0.0/16 docker0',
  );
  assert.match(
    (await daemon.docker(['network', 'inspect', 'nope'])).stderr,
    /network nope not found/,
  );
});

test('addresses in sequence, containers reach each other and the host', async () => {
  await daemon.dockerOk(['run', '-d', '--name', 'aa', ...web]);
  await daemon.dockerOk(['run', '-d', '--name', 'bb', 'busybox', 'sleep', '600']);
  const address = (name: string) =>
    daemon.dockerOk(['inspect', '-f', '{{.NetworkSettings.Networks.bridge.IPAddress}}', name]);
  const [a, b] = [await address('aa'), await address('bb')];
  assert.equal(Number(b.split('.')[3]), Number(a.split('.')[3]) + 1);
  await eventually(async () =>
    assert.equal(await daemon.dockerOk(['exec', 'bb', 'wget', '-qO-', `http://${a}/`]), 'served'),
  );
  await served(`http://${a}/`);
  assert.equal(
    (await daemon.docker(['exec', 'bb', 'ping', '-c', '1', '-W', '2', '172.17.0.1'])).code,
    0,
  );
  const members = await daemon.dockerOk([
    'network',
    'inspect',
    '-f',
    '{{range .Containers}}{{.Name}} {{end}}',
    'bridge',
  ]);
  assert.deepEqual(members.trim().split(' ').sort(), ['aa', 'bb']);
  await daemon.dockerOk(['rm', '-f', 'aa', 'bb']);
});

test('published ports: any address, loopback, hairpin, ranges, random', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'pp',
    '-p',
    '8080:80',
    '-p',
    '127.0.0.1:8081:80',
    '-p',
    '9000-9001:80-81',
    '-p',
    '80',
    ...web,
  ]);
  await served('http://127.0.0.1:8080/');
  await served('http://172.17.0.1:8080/');
  await served('http://127.0.0.1:8081/');
  await served('http://127.0.0.1:9000/');
  assert.notEqual((await fetch('http://172.17.0.1:8081/')).code, 0);
  const own = await daemon.dockerOk(['exec', 'pp', 'wget', '-qO-', 'http://172.17.0.1:8080/']);
  assert.equal(own, 'served');
  const other = await daemon.dockerOk([
    'run',
    '--rm',
    'busybox',
    'wget',
    '-qO-',
    'http://172.17.0.1:8080/',
  ]);
  assert.equal(other, 'served');
  const ports = await daemon.dockerOk(['port', 'pp', '80/tcp']);
  assert.match(ports, /0\.0\.0\.0:8080/);
  assert.match(ports, /127\.0\.0\.1:8081/);
  assert.match(
    await daemon.dockerOk(['ps', '-f', 'name=pp', '--format', '{{.Ports}}']),
    /0\.0\.0\.0:8080->80\/tcp/,
  );
  const taken = await daemon.docker(['run', '--rm', '-p', '8080:80', 'busybox', 'true']);
  assert.equal(taken.code, 125);
  assert.match(taken.stderr, /Bind for 0\.0\.0\.0:8080 failed: port is already allocated/);
  await daemon.dockerOk(['stop', '-t', '0', 'pp']);
  assert.notEqual((await fetch('http://127.0.0.1:8080/')).code, 0);
  await daemon.dockerOk(['start', 'pp']);
  await served('http://127.0.0.1:8080/');
  await daemon.dockerOk(['rm', '-f', 'pp']);
});

test('a port that another process holds is refused by name', async () => {
  const holder = daemon.inNamespace('timeout', ['50', 'nc', '-l', '-p', '8123']);
  await eventually(async () =>
    assert.match((await daemon.inNamespace('ss', ['-ltn'])).stdout, /:8123/),
  );
  const taken = await daemon.docker(['run', '--rm', '-p', '8123:80', 'busybox', 'true']);
  assert.equal(taken.code, 125);
  assert.match(taken.stderr, /address already in use/);
  await daemon.inNamespace('sh', ['-c', 'echo end | nc -w 1 127.0.0.1 8123']);
  await holder;
});

test('udp', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'uu',
    '-p',
    '5353:53/udp',
    'busybox',
    'sleep',
    '600',
  ]);
  const pid = await daemon.dockerOk(['inspect', '-f', '{{.State.Pid}}', 'uu']);
  const server = runCommand('nsenter', [
    `--net=/proc/${pid}/ns/net`,
    'timeout',
    '50',
    'nc',
    '-u',
    '-l',
    '-W',
    '1',
    '53',
  ]);
  await eventually(async () => {
    const sockets = await runCommand('nsenter', [`--net=/proc/${pid}/ns/net`, 'ss', '-lun']);
    assert.match(sockets.stdout, /:53 /);
  });
  await daemon.inNamespace('sh', ['-c', 'echo ping | nc -u -w 1 127.0.0.1 5353']);
  assert.equal((await server).stdout, 'ping\n');
  await daemon.dockerOk(['rm', '-f', 'uu']);
});

test('-P publishes what is exposed', async () => {
  await daemon.dockerOk(['run', '-d', '--name', 'all', '-P', '--expose', '80', ...web]);
  const port = /:(\d+)$/m.exec(await daemon.dockerOk(['port', 'all', '80']))?.[1];
  await served(`http://127.0.0.1:${port}/`);
  await daemon.dockerOk(['rm', '-f', 'all']);
});

test('modes host and none, and the conflicts', async () => {
  const host = await daemon.dockerOk([
    'run',
    '--rm',
    '--network',
    'host',
    'busybox',
    'ls',
    '/sys/class/net',
  ]);
  assert.match(host, /docker0/);
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [['--network', 'container:nope'], /No such container: nope/],
    [['--network', 'nope'], /network nope not found/],
    [['-p', '70000:80'], /[Ii]nvalid (host)?[Pp]ort|invalid containerPort|invalid hostPort/],
  ];
  for (const [flags, text] of refusals) {
    const result = await daemon.docker(['run', '--rm', ...flags, 'busybox', 'true']);
    assert.equal(result.code, 125, flags.join(' '));
    assert.match(result.stderr, text);
  }
});

test('hosts, hostname and resolv.conf are written and true', async () => {
  const id = await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'files',
    '--add-host',
    'gw:host-gateway',
    'busybox',
    'sleep',
    '600',
  ]);
  const address = await daemon.dockerOk([
    'inspect',
    '-f',
    '{{.NetworkSettings.Networks.bridge.IPAddress}}',
    'files',
  ]);
  const hosts = await daemon.dockerOk(['exec', 'files', 'cat', '/etc/hosts']);
  assert.match(hosts, /^127\.0\.0\.1\tlocalhost$/m);
  assert.match(hosts, new RegExp(`^${address.replaceAll('.', '\\.')}\t${id.slice(0, 12)}$`, 'm'));
  assert.match(hosts, /^172\.17\.0\.1\tgw$/m);
  assert.equal(await daemon.dockerOk(['exec', 'files', 'cat', '/etc/hostname']), id.slice(0, 12));
  assert.match(await daemon.dockerOk(['exec', 'files', 'cat', '/etc/resolv.conf']), /nameserver/);
  await daemon.dockerOk(['rm', '-f', 'files']);
});
