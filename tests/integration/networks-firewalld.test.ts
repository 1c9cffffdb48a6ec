import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

/** firewalld on a message bus of its own, in the network namespace of the test. */
class PrivateFirewalld implements AsyncDisposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'berth-firewalld-'));
  readonly bus = path.join(this.#folder, 'bus');
  readonly #environment = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${this.bus}` };
  #broker: ChildProcess | undefined;
  #firewalld: ChildProcess | undefined;

  static async start(): Promise<PrivateFirewalld> {
    const own = new PrivateFirewalld();
    const config = path.join(own.#folder, 'bus.conf');
    writeFileSync(config, busConfiguration(own.bus));
    own.#broker = own.#spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--nopidfile']);
    await eventually(() => existsSync(own.bus));
    await own.startFirewalld();
    return own;
  }

  async startFirewalld(): Promise<void> {
    const config = path.join(this.#folder, 'etc');
    mkdirSync(config, { recursive: true });
    const log = path.join(this.#folder, 'log');
    const options = ['--nofork', '--nopid', '--log-file', log, '--system-config', config];
    this.#firewalld = this.#spawn('firewalld', options);
    await eventually(async () => (await this.command('--state')) === 'running', 120_000);
  }

  async stopFirewalld(): Promise<void> {
    await end(this.#firewalld);
    this.#firewalld = undefined;
  }

  /** The output of firewall-cmd; empty when it fails. */
  async command(...args: string[]): Promise<string> {
    const child = spawn('firewall-cmd', args, { env: this.#environment });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    const [code] = await once(child, 'close');
    return code === 0 ? output.trim() : '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopFirewalld();
    await end(this.#broker);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(program: string, args: readonly string[]): ChildProcess {
    return spawn(program, args, { stdio: 'ignore', env: this.#environment });
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function busConfiguration(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow eavesdrop="false"/>
    <allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
`;
}

inPrivateNetwork(import.meta.filename, () => {
  let firewalld: PrivateFirewalld;
  let host: NetworksHost;
  let outside: string;
  let web: string;

  before(async () => {
    firewalld = await PrivateFirewalld.start();
    host = await NetworksHost.start({}, firewalld.bus);
    outside = host.lan();
    const portBindings = { '80/tcp': [{ HostPort: '8080' }] };
    web = (await host.container('web', { portBindings })).path;
    await host.serve(web, 'tcp', 80, 'web');
    await host.serve(undefined, 'tcp', 9999, 'host');
  });
  after(async () => {
    await host[Symbol.asyncDispose]();
    await firewalld[Symbol.asyncDispose]();
  });

  const ask = () => host.ask(outside, '10.99.0.1', 8080);
  const askHost = () => host.ask(web, '172.17.0.1', 9999);
  const zoneOf = (bridge: string) => firewalld.command(`--get-zone-of-interface=${bridge}`);

  test('bridges are in the zone docker, and published ports answer', async () => {
    assert.equal(await zoneOf('docker0'), 'docker');
    assert.equal(await firewalld.command('--permanent', '--zone=docker', '--get-target'), 'ACCEPT');
    assert.match(
      await firewalld.command('--info-policy=docker-forwarding'),
      /egress-zones: docker/,
    );
    assert.equal(await ask(), 'web 10.99.0.2');
    assert.equal(await askHost(), 'host 172.17.0.2');
    assert.deepEqual(host.failures, []);
  });

  test('it is the zone that lets them through; a reload brings it back', async () => {
    await firewalld.command('--zone=docker', '--remove-interface=docker0');
    assert.equal(await askHost(), '');
    await firewalld.command('--reload');
    await eventually(async () => (await askHost()) === 'host 172.17.0.2');
  });

  test('new networks join the zone, removed ones leave it', async () => {
    const { Id } = await host.networks.create({ Name: 'blue', Driver: 'bridge' });
    const bridge = `br-${Id.slice(0, 12)}`;
    assert.equal(await zoneOf(bridge), 'docker');
    await host.networks.remove('blue');
    assert.equal(await zoneOf(bridge), '');
  });

  test('a firewalld that is started again learns of them', async () => {
    await firewalld.stopFirewalld();
    assert.equal(await ask(), 'web 10.99.0.2');
    await firewalld.startFirewalld();
    await eventually(async () => (await zoneOf('docker0')) === 'docker');
    await eventually(async () => (await askHost()) === 'host 172.17.0.2');
    assert.equal(await ask(), 'web 10.99.0.2');
    assert.deepEqual(host.failures, []);
  });
});
