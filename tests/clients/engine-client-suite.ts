import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ContainerConfig } from '@berth/engine-api';
import { createEngineClient, type EngineClient, isApiError } from '@berth/engine-client';
import { Engine, TestRegistry } from '@berth/testing';

/** The client library against an engine: what Docker's and ours both have, with the same answers. */
export function engineClientSuite(name: 'berth' | 'docker'): void {
  let daemon: Engine;
  let registry: TestRegistry;
  let engine: EngineClient;

  before(async () => {
    registry = await TestRegistry.start();
    daemon = await Engine.start(name);
    await registry.exposeTo(daemon.pid);
    engine = createEngineClient({ host: daemon.host, timeout: 60_000 });
    const script = path.resolve(import.meta.dirname, '../../scripts/busybox-root.sh');
    const root = execFileSync('sh', [script], { maxBuffer: 1 << 28 });
    const changes = ['CMD ["sh"]'];
    const progress = await engine.images.import(root, { repo: 'box', tag: '1', changes });
    const records = await progress.toArray();
    assert.match(records.at(-1)?.status ?? '', /^sha256:[0-9a-f]{64}$/);
  });
  after(async () => {
    await daemon?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
  });

  /** A running container, or one that is only created, removed at the end. */
  async function container(config: ContainerConfig, start = true) {
    const { Id } = await engine.containers.create({ Image: 'box:1', ...config });
    if (start) await engine.containers.start(Id);
    return {
      id: Id,
      [Symbol.asyncDispose]: () => engine.containers.remove(Id, { force: true, v: true }),
    };
  }

  const idle = { Cmd: ['sleep', '600'] };

  describe('system', () => {
    test('ping, version, information, disk use', async () => {
      assert.equal(await engine.system.ping(), 'OK');
      const version = await engine.apiVersion();
      assert.equal((await engine.system.pingHead()).get('api-version'), await newest(engine));
      assert.equal((await engine.system.version()).Os, 'linux');
      assert.match(version, /^1\.\d\d$/);
      assert.equal((await engine.system.info()).Images, 1);
      assert.equal(typeof (await engine.system.dataUsage()), 'object');
    });

    test('events of the past and the future', async () => {
      const since = new Date(Date.now() - 1000);
      await engine.volumes.create({ Name: 'past' });
      const filters = { type: 'volume', event: 'create' };
      await using events = await engine.system.events({ since, filters });
      await engine.volumes.create({ Name: 'future' });
      const seen: unknown[] = [];
      for await (const { Actor } of events) {
        seen.push(Actor?.ID);
        if (seen.length === 2) break;
      }
      assert.deepEqual(seen, ['past', 'future']);
      const until = new Date(Date.now() + 300);
      const all = await (await engine.system.events({ since, until, filters })).toArray();
      assert.equal(all.length, 2);
      await engine.volumes.remove('past');
      await engine.volumes.remove('future');
    });

    test('what a node outside a swarm refuses', async () => {
      const refused = (error: unknown) => isApiError(error, 503) && error.kind === 'unavailable';
      await assert.rejects(engine.swarm.inspect(), refused);
      await assert.rejects(engine.nodes.list(), refused);
      await assert.rejects(engine.secrets.list(), refused);
      assert.deepEqual(await engine.plugins.list(), []);
    });
  });

  describe('images', () => {
    test('list, inspect, history, tag, remove', async () => {
      await engine.images.tag('box:1', { repo: 'box', tag: '2' });
      const reference = 'box:2';
      const listed = await engine.images.list({ filters: { reference } });
      assert(listed[0]?.RepoTags?.includes(reference));
      const { Id, Config } = await engine.images.inspect(reference);
      assert.deepEqual(Config?.Cmd, ['sh']);
      assert.equal((await engine.images.history(reference)).length, 1);
      assert.deepEqual(await engine.images.remove(reference), [{ Untagged: reference }]);
      assert.equal((await engine.images.inspect('box:1')).Id, Id);
    });

    test('commit, save, load', async () => {
      await using made = await container({ Cmd: ['touch', '/made'] });
      await engine.containers.wait(made.id);
      const changes = ['ENV A=1'];
      const parameters = { container: made.id, repo: 'made', comment: 'why', changes };
      const { Id } = await engine.images.commit(parameters);
      const archive = await engine.images.save('made');
      const chunks = (await archive.toArray()) as Buffer[];
      await engine.images.remove('made', { force: true });
      await assert.rejects(engine.images.inspect('made'), (error) => isApiError(error, 404));
      const loaded = await (await engine.images.load(Buffer.concat(chunks))).toArray();
      assert.match(loaded.map(({ stream }) => stream ?? '').join(''), /Loaded image: made:latest/);
      const again = await engine.images.inspect('made');
      assert(again.Config?.Env?.includes('A=1'));
      assert.equal(again.Comment, 'why');
      assert.match(Id, /^sha256:/);
      await engine.images.remove('made');
    });

    test('push and pull with progress; what a registry refuses in the middle is thrown', async () => {
      const repo = `${registry.host}/team/box`;
      await engine.images.tag('box:1', { repo, tag: '1' });
      const registryAuth = { username: '', password: '' };
      const pushed = await (await engine.images.push(repo, { tag: '1', registryAuth })).toArray();
      assert(pushed.some(({ aux }) => aux !== undefined));
      const found = await engine.distribution.inspect(`${repo}:1`);
      assert.match(found.Descriptor.digest ?? '', /^sha256:/);
      await engine.images.remove(`${repo}:1`);
      const pulled = await (await engine.images.pull({ fromImage: repo, tag: '1' })).toArray();
      assert.match(pulled.at(-1)?.status ?? '', /Status: /);
      await engine.images.remove(`${repo}:1`);
      const missing = async () => (await engine.images.pull({ fromImage: repo, tag: 'no' })).done();
      await assert.rejects(missing(), (error) => isApiError(error) && /no/.test(error.detail));
    });

    test('prunes', async () => {
      assert.equal((await engine.images.prune()).SpaceReclaimed, 0);
      assert.equal((await engine.builds.prune()).SpaceReclaimed, 0);
    });
  });

  describe('containers', () => {
    test('attach, start, wait, logs', async () => {
      const Cmd = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
      await using made = await container({ Cmd }, false);
      const streams = { stream: true, stdout: true, stderr: true };
      const attached = await engine.containers.attach(made.id, streams);
      await engine.containers.start(made.id);
      const expected = { stdout: 'out\n', stderr: 'err\n' };
      assert.deepEqual(await attached.text(), expected);
      assert.equal((await engine.containers.wait(made.id)).StatusCode, 3);
      const logs = await engine.containers.logs(made.id, { stdout: true, stderr: true });
      assert.deepEqual(await logs.text(), expected);
      const since = new Date(Date.now() + 60_000);
      const none = await engine.containers.logs(made.id, { stdout: true, since });
      assert.deepEqual(await none.text(), { stdout: '', stderr: '' });
    });

    test('standard input with half-close', async () => {
      const config = { Cmd: ['wc', '-c'], OpenStdin: true, StdinOnce: true, AttachStdin: true };
      await using made = await container(config, false);
      const streams = { stream: true, stdin: true, stdout: true };
      const attached = await engine.containers.attach(made.id, streams);
      await engine.containers.start(made.id);
      for (let part = 0; part < 10; part++) attached.stdin.write(Buffer.alloc(100_000));
      attached.stdin.end();
      assert.equal((await attached.text()).stdout, '1000000\n');
    });

    test('a terminal, and its size', async () => {
      const Cmd = ['sh', '-c', 'read line; stty size; echo "got $line"'];
      await using made = await container({ Cmd, Tty: true, OpenStdin: true }, false);
      const streams = { stream: true, stdin: true, stdout: true, stderr: true };
      const attached = await engine.containers.attach(made.id, streams);
      await engine.containers.start(made.id);
      await engine.containers.resize(made.id, { h: 40, w: 90 });
      attached.stdin.write('hello\n');
      const { stdout, stderr } = await attached.text();
      assert.equal(stdout, 'hello\r\n40 90\r\ngot hello\r\n');
      assert.equal(stderr, '');
      const logs = await engine.containers.logs(made.id, { stdout: true });
      assert.equal((await logs.text()).stdout, stdout);
    });

    test('exec: streams, exit code, terminal, detached', async () => {
      await using made = await container(idle);
      const attach = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
      const Cmd = ['sh', '-c', 'cat; echo err >&2; exit 4'];
      const { Id } = await engine.containers.exec(made.id, { ...attach, Cmd });
      const streams = await engine.exec.start(Id, { Detach: false, Tty: false });
      streams.stdin.end('in');
      assert.deepEqual(await streams.text(), { stdout: 'in', stderr: 'err\n' });
      assert.equal((await engine.exec.inspect(Id)).ExitCode, 4);
      const terminal = { ...attach, Tty: true, Cmd: ['sh', '-c', 'test -t 1 && echo yes'] };
      const tty = await engine.containers.exec(made.id, terminal);
      const output = await engine.exec.start(tty.Id, { Detach: false, Tty: true });
      assert.equal((await output.text()).stdout, 'yes\r\n');
      const later = await engine.containers.exec(made.id, { Cmd: ['sh', '-c', 'echo x >/done'] });
      await using detached = await engine.exec.start(later.Id, { Detach: true, Tty: false });
      assert.equal((await detached.text()).stdout, '');
    });

    test('files in and out', async () => {
      await using made = await container({}, false);
      const source = await engine.containers.getArchive(made.id, { path: '/etc/passwd' });
      assert.equal(source.stat.name, 'passwd');
      await engine.containers.putArchive(made.id, source.body, { path: '/tmp' });
      const stat = await engine.containers.archiveInfo(made.id, { path: '/tmp/passwd' });
      assert.equal(stat.size, source.stat.size);
      const changes = await engine.containers.changes(made.id);
      assert(changes.some(({ Path, Kind }) => Path === '/tmp/passwd' && Kind === 1));
      let bytes = 0;
      for await (const chunk of await engine.containers.export(made.id)) bytes += chunk.length;
      assert(bytes > 100_000);
    });

    test('list, inspect, top, statistics', async () => {
      await using made = await container({ ...idle, Labels: { a: 'b' } });
      const filters = { label: 'a=b', status: 'running' };
      const [listed] = await engine.containers.list({ filters });
      assert.equal(listed?.Id, made.id);
      assert.equal((await engine.containers.inspect(made.id)).State?.Running, true);
      const { Processes } = await engine.containers.top(made.id, { ps_args: 'aux' });
      assert.match(Processes?.[0]?.join(' ') ?? '', /sleep 600/);
      const once = await (await engine.containers.stats(made.id, { stream: false })).toArray();
      assert.equal(once.length, 1);
      await using live = await engine.containers.stats(made.id);
      assert.equal(typeof (await live.first())?.cpu_stats, 'object');
    });

    test('pause, update, rename, restart, kill, stop', async () => {
      await using made = await container(idle);
      const state = async () => (await engine.containers.inspect(made.id)).State?.Status;
      await engine.containers.pause(made.id);
      assert.equal(await state(), 'paused');
      await engine.containers.unpause(made.id);
      await engine.containers.update(made.id, { RestartPolicy: { Name: 'no' }, CpuShares: 512 });
      await engine.containers.rename(made.id, { name: 'renamed' });
      const { Name, HostConfig } = await engine.containers.inspect(made.id);
      assert.equal(Name, '/renamed');
      assert.equal(HostConfig?.CpuShares, 512);
      await engine.containers.restart(made.id, { t: 0 });
      await engine.containers.kill('renamed', { signal: 'KILL' });
      assert.equal((await engine.containers.wait('renamed')).StatusCode, 137);
      await engine.containers.start(made.id);
      await engine.containers.stop(made.id, { t: 0 });
      await engine.containers.stop(made.id);
      assert.equal(await state(), 'exited');
    });

    test('prune tells what it removed', async () => {
      const { id } = await container({ Labels: { old: '' } }, false);
      const { ContainersDeleted } = await engine.containers.prune({ filters: { label: 'old' } });
      assert.deepEqual(ContainersDeleted, [id]);
    });

    test('refusals have their kinds', async () => {
      const refused = (call: Promise<unknown>, kind: string) =>
        assert.rejects(call, (error) => isApiError(error) && error.kind === kind);
      await using made = await container(idle);
      await refused(engine.containers.inspect('nobody'), 'not-found');
      await refused(engine.containers.create({ Image: 'nothing' }), 'not-found');
      await refused(engine.containers.remove(made.id), 'conflict');
      await refused(engine.containers.kill(made.id, { signal: 'NONSENSE' }), 'invalid-argument');
      await refused(engine.containers.attach('nobody', { stream: true }), 'not-found');
      await refused(engine.containers.logs(made.id), 'invalid-argument');
    });

    test('a client that goes away ends its streams alone', async () => {
      await using made = await container({
        Cmd: ['sh', '-c', 'while :; do echo x; sleep 0.05; done'],
      });
      const stop = new AbortController();
      const parameters = { stdout: true, follow: true };
      const logs = await engine.containers.logs(made.id, parameters, { signal: stop.signal });
      const reading = logs.text();
      stop.abort(new Error('enough'));
      await assert.rejects(reading, /enough/);
      assert.equal((await engine.containers.inspect(made.id)).State?.Running, true);
    });
  });

  test('networks', async () => {
    const { Id } = await engine.networks.create({ Name: 'team', Labels: { a: 'b' } });
    await using made = await container(idle);
    await engine.networks.connect('team', {
      Container: made.id,
      EndpointConfig: { Aliases: ['web'] },
    });
    assert(Object.keys((await engine.networks.inspect('team')).Containers ?? {}).includes(made.id));
    await engine.networks.disconnect(Id, { Container: made.id, Force: true });
    const named = await engine.networks.list({ filters: { name: 'team', driver: 'bridge' } });
    assert.deepEqual(
      named.map((network) => network.Id),
      [Id],
    );
    await engine.networks.remove('team');
    await engine.networks.create({ Name: 'unused' });
    assert.deepEqual((await engine.networks.prune()).NetworksDeleted, ['unused']);
  });

  test('volumes', async () => {
    const made = await engine.volumes.create({ Name: 'data', Labels: { a: 'b' } });
    assert.equal(made.Driver, 'local');
    const { Volumes } = await engine.volumes.list({ filters: { label: 'a=b', dangling: true } });
    assert.deepEqual(
      (Volumes ?? []).map(({ Name }) => Name),
      ['data'],
    );
    assert.equal((await engine.volumes.inspect('data')).Mountpoint, made.Mountpoint);
    await engine.volumes.remove('data', { force: true });
    assert.equal((await engine.volumes.prune()).SpaceReclaimed, 0);
  });
}

/** The newest version that the daemon speaks. */
async function newest(engine: EngineClient): Promise<string | undefined> {
  return (await engine.system.version()).ApiVersion;
}
