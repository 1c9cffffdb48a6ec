import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const sh = (flags: string[], script: string, image = 'busybox') =>
  daemon.docker(['run', '--rm', ...flags, image, 'sh', '-c', script]);

test('binds: read-write, read-only, missing sources', async () => {
  const source = path.join(daemon.directory, 'bind');
  mkdirSync(source);
  writeFileSync(path.join(source, 'f'), 'host');
  assert.equal((await sh(['-v', `${source}:/b`], 'cat /b/f; echo new > /b/g')).stdout, 'host');
  assert.equal(readFileSync(path.join(source, 'g'), 'utf8'), 'new\n');
  assert.match((await sh(['-v', `${source}:/b:ro`], 'touch /b/h')).stderr, /Read-only file system/);
  assert.equal((await sh(['-v', `${source}:/b:z`], 'cat /b/f')).stdout, 'host');
  assert.equal((await sh(['-v', `${source}/f:/etc/f:ro`], 'cat /etc/f')).stdout, 'host');
  await sh(['-v', `${daemon.directory}/made:/b`], 'true');
  assert.ok(existsSync(path.join(daemon.directory, 'made')));
  const missing = await sh(['--mount', `type=bind,src=${daemon.directory}/missing,dst=/b`], 'true');
  assert.equal(missing.code, 125);
  assert.match(missing.stderr, /bind source path does not exist: .*\/missing/);
});

test('named volumes live on; anonymous ones go with --rm', async () => {
  await daemon.dockerOk(['volume', 'create', 'keep', '--label', 'a=b']);
  await sh(['-v', 'keep:/d'], 'echo 1 > /d/x');
  assert.equal(
    (await sh(['--mount', 'src=keep,dst=/d,readonly'], 'cat /d/x; touch /d/y || echo ro')).stdout,
    '1\nro\n',
  );
  await sh(['-v', '/anonymous'], 'true');
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'keep');
  const id = await daemon.dockerOk(['create', '-v', 'keep:/d', '-v', '/anon', 'busybox']);
  const inUse = await daemon.docker(['volume', 'rm', 'keep']);
  assert.match(inUse.stderr, new RegExp(`remove keep: volume is in use - \\[${id}\\]`));
  await daemon.dockerOk(['rm', '-v', id]);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'keep');
  assert.equal(await daemon.dockerOk(['volume', 'rm', 'keep']), 'keep');
  assert.match(
    (await daemon.docker(['volume', 'inspect', 'keep'])).stderr,
    /get keep: no such volume/,
  );
});

test('a new volume gets the content of the image', async () => {
  const imported = await runCommand(
    'sh',
    ['-ec', 'sh scripts/busybox-root.sh | docker import -c "VOLUME /home" - withvolume:1'],
    {
      env: { DOCKER_HOST: daemon.host },
      cwd: path.resolve(import.meta.dirname, '../..'),
    },
  );
  assert.equal(imported.code, 0, imported.stderr);
  assert.equal((await sh(['-v', 'etc:/etc'], 'ls /etc')).stdout, (await sh([], 'ls /etc')).stdout);
  assert.match((await sh(['-v', 'etc:/x'], 'cat /x/passwd')).stdout, /^root:/);
  assert.equal(
    (await sh(['--mount', 'src=fresh,dst=/etc,volume-nocopy'], 'ls /etc/passwd')).code,
    1,
  );
  assert.match((await sh([], 'grep " /home " /proc/mounts', 'withvolume:1')).stdout, /\/home/);
  await daemon.dockerOk(['volume', 'rm', 'etc', 'fresh']);
});

test('volumes from another container', async () => {
  await daemon.dockerOk(['create', '--name', 'holder', '-v', 'shared:/s', 'busybox']);
  await sh(['--volumes-from', 'holder'], 'echo hi > /s/f');
  assert.match(
    (await sh(['--volumes-from', 'holder:ro'], 'cat /s/f; touch /s/g')).stderr,
    /Read-only/,
  );
  await daemon.dockerOk(['rm', 'holder']);
  await daemon.dockerOk(['volume', 'rm', 'shared']);
});

test('tmpfs mounts, list filters and prune', async () => {
  assert.match(
    (
      await sh(
        ['--mount', 'type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700'],
        'grep " /t " /proc/mounts; stat -c %a /t',
      )
    ).stdout,
    /size=1024k[\s\S]*700/,
  );
  await daemon.dockerOk(['volume', 'create', '--label', 'x=1', 'v-one']);
  await daemon.dockerOk(['volume', 'create', 'v-two']);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q', '-f', 'label=x']), 'v-one');
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q', '-f', 'name=two']), 'v-two');
  assert.match(
    await daemon.dockerOk(['volume', 'prune', '-af']),
    /v-one[\s\S]*v-two|v-two[\s\S]*v-one/,
  );
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), '');
});

test('wrong mounts are refused', async () => {
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [['-v', 'a:b:c:d'], /invalid volume specification/],
    [['-v', 'vol:relative'], /mount path must be absolute/],
    [['-v', 'x/y:/z'], /includes invalid characters for a local volume name/],
    [['-v', '/a:/z', '-v', '/b:/z'], /Duplicate mount point: \/z/],
    [['-v', '/a:/'], /destination can't be '\/'/],
  ];
  for (const [flags, text] of refusals) {
    const result = await sh(flags, 'true');
    assert.equal(result.code, 125, flags.join(' '));
    assert.match(result.stderr, text);
  }
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), '');
});
