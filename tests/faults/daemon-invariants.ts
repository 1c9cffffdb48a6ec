import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type {
  ContainerInspectResponse,
  ContainerSummary,
  ImageSummary,
  Volume,
} from '@berth/engine-api';
import { createEngineClient } from '@berth/engine-client';
import { runCommand, type TestDaemon } from '@berth/testing';
import { shortExitCode, shortLines } from './fault-workload.ts';

const noTime = '0001-01-01T00:00:00Z';

/** What the daemon says that there is. */
interface Told {
  readonly containers: readonly ContainerInspectResponse[];
  readonly volumes: readonly Volume[];
  readonly images: readonly ImageSummary[];
}

/**
 * What must hold once a daemon has reconciled, whatever happened to the one before: what it tells is true, and
 * nothing exists beside it. The daemon must have `cgroupParent` for itself.
 */
export async function assertNothingLost(daemon: TestDaemon, cgroupParent: string): Promise<void> {
  const told = await ask(daemon);
  const running = told.containers.filter(({ State }) => State?.Running === true);
  for (const container of told.containers) assertTrueState(container);
  for (const container of told.containers) assertComplete(daemon, container);
  assertFolders(daemon, told, running);
  assertMounts(daemon, running);
  assertCgroups(cgroupParent, running);
  assertProcesses(daemon, running);
  assertDatabase(daemon, told, running);
  await assertNetwork(daemon, running);
}

async function ask(daemon: TestDaemon): Promise<Told> {
  const client = createEngineClient({ host: daemon.host });
  const list = await client.json<ContainerSummary[]>('GET', '/containers/json', {
    query: { all: true },
  });
  const containers = await Promise.all(
    list.map(({ Id }) => client.json<ContainerInspectResponse>('GET', `/containers/${Id}/json`)),
  );
  const { Volumes } = await client.json<{ Volumes: Volume[] }>('GET', '/volumes');
  const images = await client.json<ImageSummary[]>('GET', '/images/json');
  return { containers, volumes: Volumes, images };
}

function assertTrueState({
  Id: id = '',
  Name: name,
  State: state,
}: ContainerInspectResponse): void {
  const what = `${name} is ${state?.Status}`;
  assert.ok(['created', 'running', 'paused', 'exited'].includes(state?.Status ?? ''), what);
  if (state?.Running === true) {
    assert.match(readFileSync(`/proc/${state.Pid}/cgroup`, 'utf8'), new RegExp(id), what);
    assert.notEqual(state.StartedAt, noTime, what);
    assert.equal(isFrozen(id), state.Paused === true, `${what}, frozen or not`);
  } else if (state?.Status === 'created') {
    assert.equal(state.StartedAt, noTime, what);
  } else if (state?.Status === 'exited') {
    const ran = Date.parse(state.FinishedAt ?? '') - Date.parse(state.StartedAt ?? '');
    assert.ok(ran >= 0 && ran < 60_000, `${what}, from ${state.StartedAt} to ${state.FinishedAt}`);
  }
}

/** The records of a container's log. */
export function logLines(daemon: TestDaemon, id = ''): string[] {
  const file = path.join(daemon.dataRoot, 'containers', id, `${id}-json.log`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** By the freezer of version 1 or 2, whichever the machine has. */
function isFrozen(id: string): boolean {
  const { stdout } = spawnSync('sh', [
    '-c',
    `cat /sys/fs/cgroup/freezer/*/${id}/freezer.state /sys/fs/cgroup/*/${id}/cgroup.freeze 2>/dev/null`,
  ]);
  return /FROZEN|^1$/m.test(String(stdout));
}

/** A container that came to its own end has its exit code and its whole output. */
function assertComplete(daemon: TestDaemon, container: ContainerInspectResponse): void {
  const { Name: name = '', State: state, Id: id } = container;
  if (!name.startsWith('/short-') || state?.Running === true) return;
  const lines = logLines(daemon, id);
  if (state?.Status === 'created') {
    assert.deepEqual(lines, [], `${name} is said not to have run`);
    return;
  }
  assert.equal(state?.ExitCode, shortExitCode, name);
  assert.equal(lines.length, shortLines, `lines of ${name}`);
}

function assertFolders(
  daemon: TestDaemon,
  { containers, volumes, images }: Told,
  running: readonly ContainerInspectResponse[],
): void {
  const folder = (...parts: string[]) => readdirSync(path.join(...parts)).sort();
  const { dataRoot, execRoot } = daemon;
  const all = idsOf(containers);
  assert.deepEqual(folder(dataRoot, 'containers'), all, 'folders of containers');
  assert.deepEqual(folder(execRoot, 'containers'), idsOf(running), 'runtime folders');
  assert.deepEqual(
    folder(execRoot).filter((name) => name.startsWith('probe-')),
    [],
  );
  for (const runtime of folder(execRoot, 'runtime')) {
    const states = folder(execRoot, 'runtime', runtime);
    assert.deepEqual(
      states.filter((id) => !idsOf(running).includes(id)),
      [],
      'states of the runtime',
    );
  }
  const store = folder(dataRoot, 'overlay2');
  assert.deepEqual(
    store.filter((name) => /-probe|^probe-/.test(name)),
    [],
  );
  const layers = store.filter((name) => /^[0-9a-f]{64}$/.test(name) && !all.includes(name));
  // Busybox, and the images of the workload, which all have the same layer.
  assert.equal(layers.length, Math.min(images.length, 2), 'layers');
  for (const name of ['drafts', 'trash']) assert.deepEqual(folder(dataRoot, 'overlay2', name), []);
  assert.deepEqual(folder(dataRoot, 'content/ingest'), []);
  const blobs = folder(dataRoot, 'content/blobs/sha256');
  assert.equal(blobs.length, 2 * images.length + layers.length, 'blobs');
  const names = volumes.map(({ Name }) => Name).sort();
  assert.deepEqual(folder(dataRoot, 'volumes'), names, 'folders of volumes');
  const used = new Set(containers.flatMap(({ Mounts }) => (Mounts ?? []).map(({ Name }) => Name)));
  const anonymous = names.filter((name) => /^[0-9a-f]{64}$/.test(name));
  assert.deepEqual(
    anonymous.filter((name) => !used.has(name)),
    [],
    'anonymous volumes',
  );
}

function assertMounts(daemon: TestDaemon, running: readonly ContainerInspectResponse[]): void {
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mountPoint) => mountPoint.startsWith(`${daemon.directory}/`));
  const roots = mounted.filter((mountPoint) => mountPoint.endsWith('/merged'));
  const spaces = mounted.filter((mountPoint) => mountPoint.includes('/netns/'));
  const shared = mounted.filter((mountPoint) => mountPoint.endsWith('/shm'));
  assert.equal(roots.length, running.length, `mounted roots: ${roots}`);
  assert.equal(spaces.length, running.length, `pinned namespaces: ${spaces}`);
  const rest = mounted.length - roots.length - spaces.length - shared.length;
  assert.equal(rest, 0, `mounts: ${mounted.join(' ')}`);
  const sharing = running.filter(({ HostConfig }) => HostConfig?.IpcMode === 'shareable');
  assert.equal(shared.length, sharing.length, `shared memory: ${shared}`);
  assert.equal(readdirSync(path.join(daemon.execRoot, 'netns')).length, running.length);
}

function assertCgroups(parent: string, running: readonly ContainerInspectResponse[]): void {
  for (const hierarchy of ['', ...readdirSync('/sys/fs/cgroup')]) {
    const folder = path.join('/sys/fs/cgroup', hierarchy, parent);
    if (!existsSync(path.join(folder, 'cgroup.procs'))) continue;
    const children = readdirSync(folder, { withFileTypes: true }).filter((x) => x.isDirectory());
    const names = children.map(({ name }) => name).sort();
    assert.deepEqual(names, idsOf(running), `cgroups of ${hierarchy}`);
  }
}

/** In the daemon's network namespace run the daemon, the process that holds it, and the shims with their guards. */
function assertProcesses(daemon: TestDaemon, running: readonly ContainerInspectResponse[]): void {
  const shims = daemon.processes().filter(({ program }) => program === 'berth-shim');
  assert.equal(shims.length, 2 * running.length, `shims: ${JSON.stringify(shims)}`);
  const others = daemon.processes().filter(({ program }) => /crun|runc/.test(program));
  assert.deepEqual(others, []);
}

/** Read from a copy: the daemon has the database for itself. */
function assertDatabase(
  daemon: TestDaemon,
  { containers }: Told,
  running: readonly ContainerInspectResponse[],
): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-test-db-'));
  try {
    for (const name of ['state.db', 'state.db-wal']) {
      const file = path.join(daemon.dataRoot, name);
      if (existsSync(file)) copyFileSync(file, path.join(folder, name));
    }
    const database = new DatabaseSync(path.join(folder, 'state.db'));
    const count = (table: string) =>
      (database.prepare(`SELECT count(*) AS n FROM t_${table}`).get() as { n: number }).n;
    const ports = running.flatMap(({ NetworkSettings }) =>
      Object.values(NetworkSettings?.Ports ?? {}).flatMap((bindings) => bindings ?? []),
    );
    assert.equal(count('containers'), containers.length, 'recorded containers');
    assert.equal(count('network_sandboxes'), running.length, 'recorded sandboxes');
    assert.equal(count('network_addresses'), running.length, 'leased addresses');
    assert.equal(count('network_endpoints'), running.length, 'recorded endpoints');
    assert.equal(count('network_ports'), ports.length, 'leased ports');
    database.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function assertNetwork(
  daemon: TestDaemon,
  running: readonly ContainerInspectResponse[],
): Promise<void> {
  const links = await daemon.inNamespace('ip', ['-j', 'link']);
  const names = (JSON.parse(links.stdout) as { ifname: string }[]).map(({ ifname }) => ifname);
  const ends = names.filter((name) => name.startsWith('veth'));
  assert.equal(ends.length, running.length, `links: ${names}`);
  const expected = running.flatMap(publishedOf).sort();
  assert.deepEqual(await publishedElements(daemon), expected, 'elements of the firewall');
  for (const container of running) await assertAnswers(daemon, container);
}

/** `protocol port address`, as the firewall's elements are for IPv4. */
function publishedOf({ NetworkSettings: network }: ContainerInspectResponse): string[] {
  const address = network?.Networks?.['bridge']?.IPAddress;
  return Object.entries(network?.Ports ?? {}).flatMap(([spec, bindings]) =>
    (bindings ?? [])
      .filter(({ HostIp }) => HostIp?.includes(':') === false)
      .map(({ HostPort }) => `${spec.split('/')[1]} ${HostPort} ${address}`),
  );
}

type Concatenation = { readonly concat: readonly (string | number)[] };

async function publishedElements(daemon: TestDaemon): Promise<string[]> {
  const { stdout } = await daemon.inNamespace('nft', ['-j', 'list', 'table', 'inet', 'berth']);
  const { nftables } = JSON.parse(stdout) as {
    nftables: {
      map?: { name: string; elem?: readonly (readonly [Concatenation, Concatenation])[] };
    }[];
  };
  return nftables
    .flatMap(({ map }) => (map?.name.endsWith('ports') ? (map.elem ?? []) : []))
    .map(([{ concat: key }, { concat: value }]) => `${key.slice(-2).join(' ')} ${value[0]}`)
    .sort();
}

/** Its published ports lead to the web server, unless it is paused. */
async function assertAnswers(
  daemon: TestDaemon,
  container: ContainerInspectResponse,
): Promise<void> {
  if (container.State?.Paused === true) return;
  for (const binding of Object.values(container.NetworkSettings?.Ports ?? {}).flat()) {
    const url = `http://127.0.0.1:${binding?.HostPort}/hostname`;
    const args = ['-s', '--max-time', '10', '--retry', '20', '--retry-connrefused', url];
    const { stdout } = await daemon.inNamespace('curl', args);
    assert.equal(stdout.trim(), container.Config?.Hostname, `${container.Name} at ${url}`);
  }
}

function idsOf(containers: readonly ContainerInspectResponse[]): string[] {
  return containers.map(({ Id = '' }) => Id).sort();
}

/** Removes the cgroups above the containers', which a daemon shares with others and so leaves. */
export async function removeCgroupParent(parent: string): Promise<void> {
  await runCommand('sh', ['-c', `rmdir /sys/fs/cgroup${parent} /sys/fs/cgroup/*${parent}`]);
}
