import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await makeImage();
});
after(() => daemon[Symbol.asyncDispose]());

/** `tools:1`, of three layers: a file that is replaced, one that is removed, and a folder. */
async function makeImage(): Promise<void> {
  const step = async (base: string, script: string, name: string) => {
    const id = await daemon.dockerOk(['run', '-d', base, 'sh', '-c', script]);
    await daemon.dockerOk(['wait', id]);
    await daemon.dockerOk(['commit', id, name]);
    await daemon.dockerOk(['rm', id]);
  };
  await step(
    'busybox',
    'mkdir -p /tools/sub; echo one > /tools/a; echo gone > /tools/b',
    'tools:0',
  );
  await step('tools:0', 'echo two > /tools/a; rm /tools/b; echo deep > /tools/sub/f', 'tools:1');
  await daemon.dockerOk(['rmi', 'tools:0']);
}

const run = (mount: string, script: string, flags: string[] = []) =>
  daemon.docker(['run', '--rm', ...flags, '--mount', mount, 'busybox', 'sh', '-c', script]);

function mountsOfDaemon(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(daemon.directory));
}

test('an image is mounted read-only, without anything that is not in it', async () => {
  const mount = 'type=image,source=tools:1,target=/t';
  const seen = await run(mount, 'cat /t/tools/a /t/tools/sub/f; ls /t/tools; ls /t/dev | wc -l');
  assert.equal(seen.stdout, 'two\ndeep\na\nsub\n0\n', seen.stderr);
  assert.match((await run(mount, 'touch /t/x')).stderr, /Read-only file system/);
  assert.match((await run(`${mount},readonly=false`, 'touch /t/x')).stderr, /Read-only/);
  const part = `${mount},image-subpath=tools/sub`;
  assert.equal(
    (await run(part, 'cat /t/f; touch /t/x 2>&1 | grep -c Read-only')).stdout,
    'deep\n1\n',
  );
  assert.equal((await run(`${mount},image-subpath=tools/a`, 'cat /t')).stdout, 'two\n');
  assert.match((await run(`${mount},image-subpath=no`, 'true')).stderr, /cannot access path/);
  assert.match(
    (await run(`${mount},image-subpath=../x`, 'true')).stderr,
    /must be a relative path/,
  );
  assert.match((await run('type=image,src=nope,dst=/t', 'true')).stderr, /No such image: nope/);
  assert.deepEqual(mountsOfDaemon(), []);
});

test('an image that is mounted stays, also when the daemon is killed', async () => {
  const mount = ['--mount', 'type=image,src=tools:1,dst=/t'];
  const container = ['busybox', 'sh', '-c', 'while :; do sleep 1; done'];
  const id = await daemon.dockerOk(['run', '-d', '--init', ...mount, ...container]);
  const format = '{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.RW}}{{end}}';
  assert.equal(await daemon.dockerOk(['inspect', '-f', format, id]), 'image tools:1 /t false');
  const image = await daemon.dockerOk(['images', '-q', 'tools:1']);
  assert.match((await daemon.docker(['rmi', '-f', image])).stderr, /is being used by running/);
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  assert.equal(await daemon.dockerOk(['exec', id, 'cat', '/t/tools/a']), 'two');
  await daemon.dockerOk(['restart', '-t', '0', id]);
  assert.equal(await daemon.dockerOk(['exec', id, 'cat', '/t/tools/a']), 'two');
  await daemon.dockerOk(['stop', '-t', '0', id]);
  await daemon.dockerOk(['cp', `${id}:/t/tools/sub/f`, `${daemon.directory}/copied`]);
  assert.equal(readFileSync(`${daemon.directory}/copied`, 'utf8'), 'deep\n');
  assert.match((await daemon.docker(['rmi', 'tools:1'])).stderr, /is using its referenced image/);
  await daemon.dockerOk(['rmi', '-f', 'tools:1']);
  await daemon.dockerOk(['image', 'prune', '-af']);
  await daemon.dockerOk(['start', id]);
  assert.equal(await daemon.dockerOk(['exec', id, 'cat', '/t/tools/a']), 'two');
  await daemon.dockerOk(['rm', '-f', id]);
  await eventually(() => assert.deepEqual(mountsOfDaemon(), []));
  await makeImage();
});

test('a start that fails leaves the files of a subpath', async () => {
  await run('src=kept,dst=/v', 'mkdir -p /v/sub; echo data > /v/sub/file');
  const mount = ['--mount', 'src=kept,dst=/v,volume-subpath=sub'];
  const failed = await daemon.docker(['run', '--rm', ...mount, 'busybox', 'no-such-program']);
  assert.equal(failed.code, 127);
  assert.equal((await run('src=kept,dst=/v,volume-subpath=sub', 'cat /v/file')).stdout, 'data\n');
  assert.match(
    (await run('src=kept,dst=/v,volume-subpath=no', 'true')).stderr,
    /cannot access path/,
  );
  assert.equal((await run('src=kept,dst=/v', 'cat /v/sub/file')).stdout, 'data\n');
  await daemon.dockerOk(['volume', 'rm', 'kept']);
  assert.deepEqual(mountsOfDaemon(), []);
});

test('binds below binds: what is read-only, and what is there', async () => {
  const source = path.join(daemon.directory, 'tree');
  mkdirSync(path.join(source, 'below'), { recursive: true });
  await daemon.inNamespace('mount', ['-t', 'tmpfs', 'below', path.join(source, 'below')]);
  try {
    writeFileSync(path.join(source, 'below/f'), 'inner');
    const bind = `type=bind,src=${source},dst=/b`;
    const write =
      'touch /b/x 2>/dev/null || echo outer; touch /b/below/x 2>/dev/null || echo inner';
    assert.equal((await run(bind, write)).stdout, '');
    assert.equal((await run(`${bind},ro`, write)).stdout, 'outer\ninner\n');
    assert.equal((await run(`${bind},ro,bind-recursive=writable`, write)).stdout, 'outer\n');
    const forced = `${bind},ro,bind-recursive=readonly,bind-propagation=rprivate`;
    assert.equal((await run(forced, write)).stdout, 'outer\ninner\n');
    const list = 'ls /b/below';
    assert.equal((await run(`${bind},bind-recursive=enabled`, list)).stdout, 'f\nx\n');
    assert.equal((await run(`${bind},bind-recursive=disabled`, list)).stdout, '');
    assert.equal((await run(`${bind},bind-nonrecursive`, list)).stdout, '');
    assert.equal((await run(`${bind},consistency=cached`, list)).stdout, 'f\nx\n');
  } finally {
    await daemon.inNamespace('umount', [path.join(source, 'below')]);
  }
});

test('the other keys of --mount', async () => {
  const made = path.join(daemon.directory, 'made/by/mount');
  const { host } = daemon;
  const api = (body: object) =>
    daemon.inNamespace('curl', [
      ...[
        '-s',
        '--unix-socket',
        host.slice('unix://'.length),
        '-H',
        'Content-Type: application/json',
      ],
      ...['-d', JSON.stringify(body), 'http://d/v1.51/containers/create'],
    ]);
  const bind = {
    Type: 'bind',
    Source: made,
    Target: '/b',
    BindOptions: { CreateMountpoint: true },
  };
  const { stdout } = await api({ Image: 'busybox', Cmd: ['true'], HostConfig: { Mounts: [bind] } });
  await daemon.dockerOk(['start', '-a', (JSON.parse(stdout) as { Id: string }).Id]);
  assert.ok(existsSync(made));
  const asked = path.join(daemon.directory, 'asked/for');
  const create = ['run', '--rm', '--mount', `type=bind,src=${asked},dst=/b,bind-create-src`];
  assert.equal((await daemon.berth([...create, 'busybox', 'touch', '/b/x'])).code, 0);
  assert.ok(existsSync(path.join(asked, 'x')));
  await daemon.dockerOk(['container', 'prune', '-f']);
  const tmpfs = 'type=tmpfs,dst=/t,tmpfs-size=2m,tmpfs-mode=1770,readonly';
  const shown = await run(tmpfs, 'grep " /t " /proc/mounts; stat -c %a /t');
  assert.match(shown.stdout, /ro,nosuid,nodev,noexec.*size=2048k,mode=1770[\s\S]*1770/);
  const labelled = 'src=labelled,dst=/v,volume-label=a=b,volume-label=c=d';
  await run(labelled, 'true');
  const format = '{{json .Labels}}';
  const labels = await daemon.dockerOk(['volume', 'inspect', '-f', format, 'labelled']);
  assert.deepEqual(JSON.parse(labels), { a: 'b', c: 'd' });
  const options = 'volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=1m,uid=7"';
  const small = await run(`src=small,dst=/v,${options}`, 'stat -c %u /v; grep " /v " /proc/mounts');
  assert.match(small.stdout, /^7\n.*size=1024k,uid=7/, small.stderr);
  await daemon.dockerOk(['volume', 'rm', 'labelled', 'small']);
  const propagated = `type=bind,src=${made},dst=/b,bind-propagation=rslave`;
  const shared = await run(propagated, 'true');
  if (shared.code !== 0) assert.match(shared.stderr, /is not a shared or slave mount/);
});

test('image mounts need API 1.48', async () => {
  const mount = ['--mount', 'type=image,src=tools:1,dst=/t'];
  const env = { DOCKER_API_VERSION: '1.47' };
  const old = await daemon.docker(['create', ...mount, 'busybox'], { env });
  assert.match(old.stderr, /Mount type "Image" needs API v1.48 or newer/);
});
