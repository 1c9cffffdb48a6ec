import assert from 'node:assert/strict';
import { PassThrough, type Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon, TestRegistry } from '@berth/testing';
import Docker from 'dockerode';

/** dockerode, which most Node programs use to speak to an engine, and what they do with it. */

let registry: TestRegistry;
let daemon: TestDaemon;
let docker: Docker;
before(async () => {
  registry = await TestRegistry.start();
  daemon = await TestDaemon.start();
  await registry.exposeTo(daemon.namespacePid);
  docker = new Docker({ socketPath: daemon.socket });
});
after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

/** A container that is removed at the end of its test. */
async function create(options: Docker.ContainerCreateOptions) {
  const container = await docker.createContainer({ Image: 'busybox', ...options });
  const remove = () => container.remove({ force: true, v: true });
  return Object.assign(container, { [Symbol.asyncDispose]: remove });
}

async function started(options: Docker.ContainerCreateOptions = { Cmd: ['sleep', '600'] }) {
  const container = await create(options);
  await container.start();
  return container;
}

/** Resolves with the progress of a pull, push or build, as dockerode collects it. */
function finished(stream: NodeJS.ReadableStream): Promise<{ status?: string; stream?: string }[]> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output) =>
      error ? reject(error) : resolve(output),
    );
  });
}

function statusOf(code: number) {
  return (error: unknown) => (error as { statusCode?: number }).statusCode === code;
}

test('system', async () => {
  assert.equal(String(await docker.ping()), 'OK');
  assert.equal((await docker.version()).Os, 'linux');
  assert.equal((await docker.info()).OSType, 'linux');
  assert(Array.isArray((await docker.df()).Images));
});

test('run pipes the output and gives the exit code', async () => {
  const output = new PassThrough();
  const options = { Tty: false, HostConfig: { AutoRemove: true } };
  const script = ['sh', '-c', 'echo run; exit 5'];
  const [result] = await docker.run('busybox', script, output, options);
  assert.equal(result.StatusCode, 5);
  await eventually(() => assert.match(String(output.read() ?? ''), /run/));
});

test('attach before the start: both outputs, and input with half-close', async () => {
  const Cmd = ['sh', '-c', 'cat; echo err >&2'];
  await using container = await create({ Cmd, OpenStdin: true, StdinOnce: true });
  const options = { stream: true, hijack: true, stdin: true, stdout: true, stderr: true };
  const stream = await container.attach(options);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  stream.on('end', () => {
    stdout.end();
    stderr.end();
  });
  await container.start();
  stream.end('typed\n');
  assert.deepEqual(await Promise.all([text(stdout), text(stderr)]), ['typed\n', 'err\n']);
  assert.equal((await container.wait()).StatusCode, 0);
});

test('logs, whole and followed', async () => {
  await using container = await started({ Cmd: ['seq', '1', '3'] });
  await container.wait();
  const logs = await container.logs({ stdout: true, stderr: true });
  assert.match(logs.toString(), /1\n.*2\n.*3\n/s);
  const followed = await container.logs({ stdout: true, follow: true, tail: 1 });
  assert.match(await text(followed), /3\n$/);
});

test('exec with input, its exit code, and a terminal', async () => {
  await using container = await started();
  const exec = await container.exec({
    Cmd: ['sh', '-c', 'cat; exit 4'],
    AttachStdin: true,
    AttachStdout: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  stream.end('in');
  assert.equal((await buffer(stream)).subarray(8).toString(), 'in');
  assert.equal((await exec.inspect()).ExitCode, 4);
  const terminal = await container.exec({ Cmd: ['tty'], AttachStdout: true, Tty: true });
  assert.equal(await text(await terminal.start({ Tty: true })), '/dev/pts/0\r\n');
});

test('files in and out', async () => {
  await using container = await create({});
  const archive = await container.getArchive({ path: '/etc/passwd' });
  await container.putArchive(archive, { path: '/tmp' });
  const { headers } = (await container.infoArchive({ path: '/tmp/passwd' })) as {
    headers?: Record<string, string>;
  };
  const stat = JSON.parse(
    Buffer.from(headers?.['x-docker-container-path-stat'] ?? '', 'base64').toString(),
  );
  assert.equal(stat.name, 'passwd');
  const changes = await container.changes();
  assert(
    changes?.some(
      ({ Path, Kind }: { Path: string; Kind: number }) => Path === '/tmp/passwd' && Kind === 1,
    ),
  );
  const exported = (await container.export()) as Readable;
  assert((await buffer(exported)).length > 100_000);
});

test('life, list, inspect, top, statistics', async () => {
  await using container = await started({
    name: 'life',
    Labels: { a: 'b' },
    Cmd: ['sleep', '600'],
  });
  const listed = await docker.listContainers({ filters: { label: ['a=b'] } });
  assert.deepEqual(listed[0]?.Names, ['/life']);
  await container.pause();
  assert.equal((await container.inspect()).State.Status, 'paused');
  await container.unpause();
  await container.update({ Memory: 64 << 20, MemorySwap: 64 << 20 });
  await container.rename({ name: 'renamed' });
  const { Name, HostConfig } = await container.inspect();
  assert.deepEqual([Name, HostConfig.Memory], ['/renamed', 64 << 20]);
  assert.match((await container.top()).Processes.flat().join(' '), /sleep 600/);
  assert.equal((await container.stats({ stream: false })).pids_stats?.current, 1);
  await container.restart({ t: 0 });
  await container.kill();
  assert.equal((await container.wait()).StatusCode, 137);
  await assert.rejects(container.kill(), statusOf(409));
  await container.start();
  await container.stop({ t: 0 });
  await assert.rejects(container.stop(), statusOf(304));
  await assert.rejects(docker.getContainer('nobody').inspect(), statusOf(404));
});

test('images: tag, history, commit, save, load, import, remove', async () => {
  await docker.getImage('busybox').tag({ repo: 'node/box', tag: '1' });
  await using container = await create({ Cmd: ['true'] });
  const { Id } = await container.commit({ repo: 'node/made', tag: '1', changes: 'ENV A=1' });
  const made = docker.getImage('node/made:1');
  assert((await made.inspect()).Config.Env?.includes('A=1'));
  assert.match(Id, /^sha256:/);
  assert.equal((await made.history()).length, 2);
  const saved = await buffer(await made.get());
  await made.remove();
  const archive = new PassThrough();
  archive.end(saved);
  const loaded = await finished(await docker.loadImage(archive));
  assert.match(loaded.map(({ stream }) => stream ?? '').join(''), /Loaded image: node\/made:1/);
  const root = new PassThrough();
  const exported = (await container.export()) as Readable;
  exported.pipe(root);
  await finished(await docker.importImage(root, { repo: 'node/root' }));
  const names = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  for (const name of ['node/box:1', 'node/made:1', 'node/root:latest']) {
    assert(names.includes(name));
    await docker.getImage(name).remove();
  }
});

test('push and pull with progress', async () => {
  const repo = `${registry.host}/node/box`;
  await docker.getImage('busybox').tag({ repo, tag: '1' });
  const authconfig = { username: '', password: '', serveraddress: registry.host };
  await finished(await docker.getImage(repo).push({ tag: '1', authconfig }));
  await docker.getImage(`${repo}:1`).remove();
  const pulled = await finished(await docker.pull(`${repo}:1`));
  assert.match(pulled.at(-1)?.status ?? '', /^Status: /);
  await docker.getImage(`${repo}:1`).remove();
  await assert.rejects(docker.pull(`${repo}:nosuch`), statusOf(404));
});

test('networks and volumes', async () => {
  const network = await docker.createNetwork({ Name: 'node-net', Labels: { a: 'b' } });
  await using container = await started({ name: 'member', Cmd: ['sleep', '600'] });
  await network.connect({ Container: container.id, EndpointConfig: { Aliases: ['web'] } });
  assert.deepEqual(Object.keys((await network.inspect()).Containers ?? {}), [container.id]);
  await network.disconnect({ Container: container.id });
  await network.remove();
  await docker.createVolume({ Name: 'node-data' });
  const volume = docker.getVolume('node-data');
  assert.equal((await volume.inspect()).Driver, 'local');
  const { Volumes } = await docker.listVolumes({ filters: { name: ['node-data'] } });
  assert.equal(Volumes.length, 1);
  await volume.remove();
  await assert.rejects(volume.inspect(), statusOf(404));
});

test('a published port is reached', async () => {
  const key = '8080/tcp';
  await using container = await started({
    Cmd: ['httpd', '-f', '-p', '8080', '-h', '/etc'],
    ExposedPorts: { [key]: {} },
    HostConfig: { PortBindings: { [key]: [{ HostIp: '127.0.0.1', HostPort: '0' }] } },
  });
  const { Ports } = (await container.inspect()).NetworkSettings;
  const port = Ports[key]?.[0]?.HostPort;
  await eventually(async () => {
    const url = `http://127.0.0.1:${port}/hostname`;
    const { stdout } = await daemon.inNamespace('curl', ['-s', url]);
    assert.equal(stdout.trim(), container.id.slice(0, 12));
  });
});

test('events', async () => {
  const filters = JSON.stringify({ type: ['volume'], event: ['create'] });
  const stream = (await docker.getEvents({ filters })) as unknown as Readable;
  await docker.createVolume({ Name: 'node-event' });
  const [first] = await stream.take(1).toArray();
  assert.equal(JSON.parse(String(first)).Actor.ID, 'node-event');
  await docker.getVolume('node-event').remove();
});

test('prunes', async () => {
  const container = await docker.createContainer({ Image: 'busybox', Labels: { old: '' } });
  const { ContainersDeleted } = await docker.pruneContainers({ filters: { label: ['old'] } });
  assert.deepEqual(ContainersDeleted, [container.id]);
  await docker.createNetwork({ Name: 'node-unused' });
  assert.deepEqual((await docker.pruneNetworks()).NetworksDeleted, ['node-unused']);
  assert.equal((await docker.pruneImages()).SpaceReclaimed, 0);
  await docker.pruneVolumes();
});
