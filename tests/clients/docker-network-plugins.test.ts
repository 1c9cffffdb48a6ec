import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { eventually, TestAuthority, TestDaemon } from '@berth/testing';

/** Network and IPAM plug-ins: a process that makes real links, a running daemon, the stock client. */

const plugins = mkdtempSync(path.join(tmpdir(), 'berth-test-plugins-'));
const name = 'linker';
const sleeper = ['busybox', 'sleep', '600'];

let daemon: TestDaemon;
let folder: string;
let plugin: ChildProcess | undefined;

before(async () => {
  // The plug-in has no firewall rules for its bridge.
  const config = { 'ip-forward-no-drop': true };
  daemon = await TestDaemon.start({ config, args: ['--plugin-dir', plugins] });
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  rmSync(plugins, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-test-plugin-'));
});
afterEach(async () => {
  if (!daemon.running) await daemon.startProcess();
  const left = (await docker('ps', '-aq')).split('\n').filter((id) => id !== '');
  if (left.length > 0) await docker('rm', '-f', ...left);
  await daemon.docker(['network', 'rm', 'plug']);
  await stopPlugin();
  for (const file of readdirSync(plugins)) rmSync(path.join(plugins, file));
  rmSync(folder, { recursive: true });
  const links = await daemon.inNamespace('ip', ['-br', 'link']);
  assert.doesNotMatch(links.stdout, /^(pl[hc]|veth)/m, 'links are left');
  assert.deepEqual(readdirSync(path.join(daemon.execRoot, 'netns')), []);
});

const docker = (...args: string[]) => daemon.dockerOk(args);

async function refused(...args: string[]): Promise<string> {
  const result = await daemon.docker(args);
  assert.notEqual(result.code, 0, `${args.join(' ')} was accepted`);
  return result.stderr;
}

const socketOf = (plug = name) => path.join(plugins, `${plug}.sock`);

/** In the daemon's network namespace, where its links are made. */
async function startPlugin(listen = socketOf()): Promise<void> {
  rmSync(listen, { force: true });
  const program = path.join(import.meta.dirname, 'network-plugin.ts');
  const args = [`--net=${daemon.networkNamespace}`, process.execPath, program, folder, listen];
  plugin = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  assert.ok(plugin.stdout !== null);
  await once(plugin.stdout, 'data');
}

async function stopPlugin(): Promise<void> {
  if (plugin === undefined || plugin.exitCode !== null || plugin.signalCode !== null) return;
  const ended = once(plugin, 'exit');
  plugin.kill('SIGKILL');
  await ended;
}

/** By rename: the plug-in reads it whenever it is asked something. */
function behave(behaviour: object): void {
  const file = path.join(folder, 'behaviour');
  writeFileSync(`${file}.new`, JSON.stringify(behaviour));
  renameSync(`${file}.new`, file);
}

interface Call {
  readonly method: string;
  readonly body: Record<string, unknown>;
  readonly answer?: Record<string, unknown>;
}

function calls(method: string): Call[] {
  const lines = readFileSync(path.join(folder, 'calls'), 'utf8').split('\n');
  const all = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Call);
  return all.filter((call) => call.method.endsWith(`.${method}`));
}

const makeNetwork = (driver = name) =>
  docker('network', 'create', '-d', driver, '--ipam-driver', driver, 'plug');
const run = (container: string, ...flags: string[]) =>
  docker('run', '-d', '--name', container, '--network', 'plug', ...flags, ...sleeper);
const inside = (container: string, ...command: string[]) => docker('exec', container, ...command);

test('containers in a network of a plug-in reach each other; what it says is done; all goes back', async () => {
  await startPlugin();
  await makeNetwork();
  assert.equal(
    await docker(
      'network',
      'inspect',
      '-f',
      '{{.Driver}} {{.IPAM.Driver}} {{json .IPAM.Config}}',
      'plug',
    ),
    `${name} ${name} [{"Subnet":"10.90.0.0/24","Gateway":"10.90.0.1"}]`,
  );
  await run('one', '-p', '127.0.0.1:8080:80');
  await run('two', '--mac-address', '02:11:22:33:44:55', '--ip', '10.90.0.77');
  await inside('one', 'ping', '-c', '1', '-W', '2', '10.90.0.77');
  await inside('one', 'ping', '-c', '1', '-W', '2', 'two');
  assert.match(await inside('two', 'ip', 'link', 'show', 'plug0'), /02:11:22:33:44:55/);
  const routes = await inside('one', 'ip', 'route');
  for (const route of [
    /^default via 10.90.0.1 dev plug0/m,
    /^10.91.0.0\/16 via 10.90.0.1 dev plug0/m,
    /^10.92.0.0\/16 dev plug0/m,
  ]) {
    assert.match(routes, route);
  }
  const mac = await inside('one', 'cat', '/sys/class/net/plug0/address');
  const shown =
    '{{with index .NetworkSettings.Networks "plug"}}{{.IPAddress}} {{.MacAddress}}{{end}}';
  assert.equal(await docker('inspect', '-f', shown, 'one'), `10.90.0.2 ${mac}`);
  assert.equal(await docker('port', 'one'), '53/udp -> 192.0.2.7:5353');
  const told = calls('ProgramExternalConnectivity')[0]?.body.Options as Record<string, unknown>;
  assert.deepEqual(told['com.docker.network.portmap'], [
    { Proto: 6, IP: '', Port: 80, HostIP: '127.0.0.1', HostPort: 8080, HostPortEnd: 8080 },
  ]);
  assert.match(String(calls('Join')[0]?.body.SandboxKey), /\/netns\/[0-9a-f]{12}$/);
  await docker('rm', '-f', 'one', 'two');
  await docker('network', 'rm', 'plug');
  assert.deepEqual(
    calls('Leave').map(({ answer }) => answer),
    [{ back: true }, { back: true }],
  );
  assert.deepEqual(calls('DeleteNetwork')[0]?.answer, { deleted: true });
  for (const method of ['DeleteEndpoint', 'RevokeExternalConnectivity']) {
    assert.equal(calls(method).length, 2, method);
  }
  assert.equal(calls('ReleaseAddress').length, calls('RequestAddress').length);
});

test('a running container joins and leaves; the way out moves', async () => {
  await startPlugin();
  await makeNetwork();
  await docker('run', '-d', '--name', 'web', ...sleeper);
  await docker('network', 'connect', '--gw-priority', '9', 'plug', 'web');
  assert.match(await inside('web', 'ip', 'route'), /^default via 10.90.0.1 dev plug0/m);
  await docker('network', 'disconnect', 'plug', 'web');
  assert.match(await inside('web', 'ip', 'route'), /^default via 172.17.0.1 dev eth0/m);
  assert.doesNotMatch(await inside('web', 'ip', 'link'), /plug0/);
  assert.deepEqual(calls('Leave')[0]?.answer, { back: true });
  assert.equal(calls('RevokeExternalConnectivity').length, 1);
});

test('a URL in a .spec file; TLS with both certificates, or none checked, in a .json file', async () => {
  await startPlugin('4001');
  writeFileSync(path.join(plugins, `${name}-tcp.spec`), 'tcp://127.0.0.1:4001\n');
  await makeNetwork(`${name}-tcp`);
  await run('one');
  await docker('rm', '-f', 'one');
  await docker('network', 'rm', 'plug');
  await stopPlugin();

  using authority = await TestAuthority.create();
  using stranger = await TestAuthority.create('Stranger');
  const server = await authority.issue({ hosts: ['127.0.0.1'] });
  const client = await authority.issue({ client: true });
  writeFileSync(path.join(folder, 'tls.json'), JSON.stringify({ ca: authority.ca, ...server }));
  await startPlugin('4002');
  const describe = (tls: object) =>
    writeFileSync(
      path.join(plugins, `${name}-tls.json`),
      JSON.stringify({ Name: 'x', Addr: 'https://127.0.0.1:4002', TLSConfig: tls }),
    );
  const own = { CertFile: client.cert, KeyFile: client.key };
  const create = ['network', 'create', '-d', `${name}-tls`, 'plug'];
  describe({ ...own, CAFile: stranger.ca });
  assert.match(await refused(...create), /plugin .*-tls: Plugin.Activate: .*(certificate|verify)/);
  describe({ CAFile: authority.ca });
  assert.match(await refused(...create), /plugin .*-tls: Plugin.Activate: /);
  for (const trust of [
    { CAFile: authority.ca },
    { CAFile: stranger.ca, InsecureSkipVerify: true },
  ]) {
    describe({ ...own, ...trust });
    await makeNetwork(`${name}-tls`);
    await run('one');
    await docker('rm', '-f', 'one');
    await docker('network', 'rm', 'plug');
  }
});

test('a plug-in that is being restarted keeps nobody from starting', async () => {
  await startPlugin();
  await makeNetwork();
  await run('one');
  await stopPlugin();
  rmSync(socketOf());
  const second = run('two');
  await startPlugin();
  await second;
  await inside('two', 'ping', '-c', '1', '-W', '2', 'one');
});

test('bad answers are told, and leave nothing behind', async () => {
  await startPlugin();
  for (const method of ['CreateNetwork', 'Join', 'CreateEndpoint', 'ProgramExternalConnectivity']) {
    for (const [how, text] of [
      ['garbage', /its answer is not a JSON object/],
      ['huge', /its answer is too long/],
      ['500', /out of order/],
    ] as const) {
      behave({ [`NetworkDriver.${method}`]: how });
      const made = await daemon.docker([
        ...['network', 'create', '-d', name, '--ipam-driver', name, 'plug'],
      ]);
      if (method !== 'CreateNetwork') assert.equal(made.code, 0, made.stderr);
      const failure =
        method === 'CreateNetwork'
          ? made.stderr
          : await refused('run', '--rm', '--network', 'plug', 'busybox', 'true');
      assert.match(failure, text);
      assert.match(failure, new RegExp(`plugin ${name}: NetworkDriver.${method}: `));
      behave({});
      if (method !== 'CreateNetwork') await docker('network', 'rm', 'plug');
      assert.equal(calls('ReleaseAddress').length, calls('RequestAddress').length);
    }
  }
  behave({ 'NetworkDriver.Join': 'link' });
  await makeNetwork();
  const failure = await refused('run', '--rm', '--network', 'plug', 'busybox', 'true');
  assert.match(failure, /there is no interface "nosuch" on this host/);
});

test('a plug-in that hangs keeps nobody else waiting, and ends in a failure', async () => {
  await startPlugin();
  await makeNetwork();
  behave({ 'NetworkDriver.Join': 'hang' });
  const hanging = refused('run', '--name', 'slow', '--network', 'plug', 'busybox', 'true');
  await eventually(() => calls('Join').length === 1);
  assert.equal(await docker('run', '--rm', 'busybox', 'echo', 'quick'), 'quick');
  behave({});
  assert.match(await hanging, /NetworkDriver.Join: it does not answer/);
  assert.equal(calls('DeleteEndpoint').length, 1);
});

test('plug-ins that are gone keep neither containers nor networks, over restarts of the daemon too', async () => {
  await startPlugin();
  await makeNetwork();
  await run('one');
  await run('two');
  await stopPlugin();
  rmSync(socketOf());
  await docker('network', 'disconnect', 'plug', 'one');
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  assert.equal(await docker('inspect', '-f', '{{.State.Running}}', 'two'), 'true');
  assert.match(await refused('run', '--rm', '--network', 'plug', 'busybox', 'true'), /not found/);
  await docker('rm', '-f', 'one', 'two');
  await docker('network', 'rm', 'plug');
  assert.match(daemon.log, /removing the network plug at its driver/);
  const { stdout } = await daemon.inNamespace('ip', ['-br', 'link', 'show', 'type', 'veth']);
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    await daemon.inNamespace('ip', ['link', 'del', line.split(/[\s@]/)[0] ?? '']);
  }
});

test('a daemon that is killed between the joining and its record tells the plug-in at its next start', async () => {
  await startPlugin();
  await makeNetwork();
  await daemon.stopProcess();
  await daemon.startProcess([], { BERTH_FAULT_POINT: 'sandbox.joined' });
  const ended = daemon.ended();
  await daemon.docker(['run', '--rm', '--name', 'one', '--network', 'plug', 'busybox', 'true']);
  assert.equal(await ended, 'SIGKILL');
  await daemon.startProcess();
  await eventually(() => calls('DeleteEndpoint').length === 1);
  await eventually(() => calls('ReleaseAddress').length === calls('RequestAddress').length - 1);
});
