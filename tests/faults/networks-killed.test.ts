import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

/**
 * The daemon is killed at every step of making, joining, leaving and removing a network. The next one has to
 * make addresses, names, links, rules and records agree, without touching the container that runs.
 */
const faultPoints = `
  network.create.recorded network.create.prepared network.create.filtered
  network.connect.recorded network.connect.attached network.routed network.published network.connect.done
  network.disconnect.recorded network.disconnect.detached
  network.remove.recorded network.remove.disposed`
  .trim()
  .split(/\s+/);

let daemon: TestDaemon;
let process: string;

before(async () => {
  daemon = await TestDaemon.start();
  await daemon.dockerOk(['network', 'create', 'kept']);
  await daemon.dockerOk(
    [
      'run',
      '-d',
      '--name',
      'web',
      '--network',
      'kept',
      '--dns',
      '127.0.0.1',
      '-p',
      '8080:80',
    ].concat([...['busybox', 'sh', '-c', 'mkdir /w; echo served >/w/i; httpd -f -p 80 -h /w']]),
  );
  process = await pidOf('web');
});
after(() => daemon[Symbol.asyncDispose]());

const pidOf = (name: string) => daemon.dockerOk(['inspect', '-f', '{{.State.Pid}}', name]);

for (const point of faultPoints) {
  test(`killed at ${point}`, async () => {
    await daemon.stopProcess('SIGKILL');
    await daemon.startProcess([], { BERTH_FAULT_POINT: point });
    const ended = daemon.ended();
    // A name that comes before `kept`: default route and ports move with it.
    for (const args of [
      ['create', '--ipv6', 'app'],
      ['connect', 'app', 'web'],
      ['disconnect', 'app', 'web'],
      ['rm', 'app'],
    ]) {
      await daemon.docker(['network', ...args]);
    }
    assert.equal(await ended, 'SIGKILL');
    await daemon.startProcess();
    assert.equal(await pidOf('web'), process);
    await eventually(assertAgreement);
    await daemon.docker(['network', 'disconnect', 'app', 'web']);
    await daemon.docker(['network', 'rm', 'app']);
    await eventually(assertAgreement);
    assert.deepEqual(await networks(), ['kept']);
  });
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

async function networks(): Promise<string[]> {
  const args = ['network', 'ls', '-f', 'type=custom', '--format', '{{.Name}}'];
  return lines(await daemon.dockerOk(args)).sort();
}

async function assertAgreement(): Promise<void> {
  const inspect = JSON.parse(await daemon.dockerOk(['inspect', 'web']))[0];
  const endpoints: Record<string, { IPAddress: string; GlobalIPv6Address: string }> =
    inspect.NetworkSettings.Networks;
  const known = await networks();
  const ids = await Promise.all(
    known.map((name) => daemon.dockerOk(['network', 'inspect', '-f', '{{.Id}}', name])),
  );
  const bridges = ['docker0', ...ids.map((id) => `br-${id.slice(0, 12)}`)].sort();
  const links = lines((await daemon.inNamespace('ip', ['-br', 'link'])).stdout).map(
    (line) => line.split(/[\s@]/)[0] ?? '',
  );
  assert.deepEqual(links.filter((name) => /^(br-|docker)/.test(name)).sort(), bridges);
  assert.equal(
    links.filter((name) => name.startsWith('veth')).length,
    Object.keys(endpoints).length,
  );
  assert.deepEqual((await elementsOf('bridges')).sort(), bridges);

  const wanted = Object.values(endpoints).flatMap((endpoint) =>
    [endpoint.IPAddress, endpoint.GlobalIPv6Address].filter((address) => address !== ''),
  );
  const inside = await daemon.dockerOk([
    'exec',
    'web',
    'ip',
    '-o',
    'addr',
    'show',
    'scope',
    'global',
  ]);
  const held = lines(inside).map((line) => line.split(/\s+/)[3]?.split('/')[0] ?? '');
  assert.deepEqual(held.sort(), [...wanted].sort());
  const hosts = await daemon.dockerOk(['exec', 'web', 'cat', '/etc/hosts']);
  const named = lines(hosts).filter((line) => line.includes(inspect.Config.Hostname));
  assert.deepEqual(named.map((line) => line.split('\t')[0]).sort(), [...wanted].sort());

  assert.deepEqual(recordedAddresses(), [...wanted].sort());
  for (const network of ['kept', 'app']) {
    const endpoint = endpoints[network];
    const known = [endpoint?.IPAddress, endpoint?.GlobalIPv6Address].filter(Boolean);
    assert.deepEqual(await namedAddresses(`web.${network}`), known.sort(), `web.${network}`);
  }
  const route = await daemon.dockerOk(['exec', 'web', 'ip', 'route']);
  const gateways = lines(route).filter((line) => line.startsWith('default'));
  assert.equal(gateways.length, 1, route);
  const answer = await daemon.inNamespace('curl', ['-sS', '-m', '5', 'http://127.0.0.1:8080/i']);
  assert.equal(answer.stdout, 'served\n', answer.stderr);
}

/** What the container's name server answers. */
async function namedAddresses(name: string): Promise<string[]> {
  const { stdout } = await daemon.docker(['exec', 'web', 'nslookup', name, '127.0.0.11']);
  const answers = stdout.slice(stdout.indexOf('Name:'));
  return [...answers.matchAll(/^Address(?: \d+)?: (\S+)/gm)].map(([, found]) => found ?? '').sort();
}

async function elementsOf(set: string): Promise<string[]> {
  const args = ['-j', 'list', 'set', 'inet', 'berth', set];
  const { stdout } = await daemon.inNamespace('nft', args);
  const { nftables } = JSON.parse(stdout) as { nftables: { set?: { elem?: string[] } }[] };
  return nftables.flatMap((entry) => entry.set?.elem ?? []);
}

/** Of a copy: the daemon keeps its database to itself. */
function recordedAddresses(): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-test-db-'));
  try {
    for (const name of ['state.db', 'state.db-wal']) {
      const file = path.join(daemon.dataRoot, name);
      if (existsSync(file)) copyFileSync(file, path.join(folder, name));
    }
    const database = new DatabaseSync(path.join(folder, 'state.db'));
    const query = database.prepare('SELECT key FROM t_network_addresses');
    const rows = query.all() as { key: string }[];
    database.close();
    return rows.map(({ key }) => key.split(' ')[1] ?? '').sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
