import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const idOf = (name: string) => daemon.dockerOk(['image', 'inspect', '-f', '{{.Id}}', name]);
const inShell = async (script: string) => {
  const result = await runCommand('sh', ['-ec', script], {
    env: { DOCKER_HOST: daemon.host, D: daemon.directory },
    timeoutMilliseconds: 180_000,
  });
  assert.equal(result.code, 0, `${script}\n${result.stderr}`);
  return result.stdout.trim();
};

test('import: plain, gzip and zstd, with changes', async () => {
  await inShell(
    'mkdir -p $D/root/bin && cp $(command -v busybox) $D/root/bin/busybox && ln -sf busybox $D/root/bin/sh && tar -C $D/root -cf $D/root.tar .',
  );
  await inShell('gzip -kf $D/root.tar; zstd -qf $D/root.tar');
  const ids = new Set<string>();
  for (const suffix of ['', '.gz', '.zst']) {
    const id = await inShell(
      `docker import -m note -c 'CMD ["/bin/sh","-c","echo $X in $PWD"]' -c 'ENV X="a b"' -c 'WORKDIR /bin' -c 'LABEL l=1' -c 'EXPOSE 80' -c 'USER 5' - imp:1 < $D/root.tar${suffix}`,
    );
    assert.match(id, /^sha256:[0-9a-f]{64}$/);
    ids.add(id);
    assert.equal(await daemon.dockerOk(['run', '--rm', 'imp:1']), 'a b in /bin');
  }
  const config = JSON.parse(
    await daemon.dockerOk(['image', 'inspect', '-f', '{{json .Config}}', 'imp:1']),
  );
  assert.deepEqual(config.Labels, { l: '1' });
  assert.equal(config.User, '5');
  assert.ok('80/tcp' in config.ExposedPorts);
  const bad = await runCommand('sh', ['-c', "docker import -c 'RUN x' - bad < $D/root.tar"], {
    env: { DOCKER_HOST: daemon.host, D: daemon.directory },
  });
  assert.notEqual(bad.code, 0);
  await daemon.dockerOk(['rmi', 'imp:1']);
});

test('save and load keep the ID, for one and several images', async () => {
  await daemon.dockerOk(['tag', 'busybox', 'one:1']);
  await inShell('tar -C $D/root -c . | docker import - two:2');
  const before = [await idOf('one:1'), await idOf('two:2')];
  await daemon.dockerOk(['save', '-o', path.join(daemon.directory, 'both.tar'), 'one:1', 'two:2']);
  await daemon.dockerOk(['rmi', 'one:1', 'two:2']);
  const loaded = await daemon.dockerOk(['load', '-i', path.join(daemon.directory, 'both.tar')]);
  assert.match(loaded, /Loaded image: one:1/);
  assert.match(loaded, /Loaded image: two:2/);
  assert.deepEqual([await idOf('one:1'), await idOf('two:2')], before);
  await inShell(
    'docker save two:2 | gzip > $D/two.tar.gz; docker rmi two:2; docker load < $D/two.tar.gz',
  );
  assert.equal(await idOf('two:2'), before[1]);
  await daemon.dockerOk(['rmi', 'one:1', 'two:2']);
});

test('skopeo reads what we save, and we load what skopeo writes', async () => {
  await inShell('docker save -o $D/sk.tar busybox');
  const listing = await inShell('skopeo inspect docker-archive:$D/sk.tar');
  assert.ok(JSON.parse(listing).Layers.length === 1);
  await inShell(
    'rm -rf $D/oci $D/again.tar; skopeo copy -q docker-archive:$D/sk.tar oci:$D/oci:busybox:copied; skopeo copy -q docker-archive:$D/sk.tar docker-archive:$D/again.tar:other:1',
  );
  await inShell('docker load -i $D/again.tar; tar -C $D/oci -c . | docker load');
  assert.equal(await daemon.dockerOk(['run', '--rm', 'other:1', 'echo', 'ok']), 'ok');
  await daemon.dockerOk(['rmi', 'other:1']);
});

test('tag, untag, delete, by every kind of name', async () => {
  const id = await inShell('tar -C $D/root -c . | docker import - many:1');
  await daemon.dockerOk(['tag', 'many:1', 'many:2']);
  await daemon.dockerOk(['tag', id.slice(7, 19), 'example.org/team/many:3']);
  const conflict = await daemon.docker(['rmi', id]);
  assert.match(
    conflict.stderr,
    /conflict: unable to delete [0-9a-f]{12} \(must be forced\) - image is referenced in multiple repositories/,
  );
  assert.equal(await daemon.dockerOk(['rmi', 'many:2']), 'Untagged: many:2');
  const removed = await daemon.dockerOk(['rmi', '-f', id]);
  assert.match(removed, /Untagged: many:1/);
  assert.match(removed, /Untagged: example\.org\/team\/many:3/);
  assert.match(removed, new RegExp(`Deleted: ${id}`));
  assert.match((await daemon.docker(['rmi', 'many:1'])).stderr, /No such image: many:1/);
});

test('an image in use is kept', async () => {
  await inShell('tar -C $D/root -c . | docker import - used:1');
  const container = await daemon.dockerOk(['create', 'used:1', 'sh']);
  const refused = await daemon.docker(['rmi', 'used:1']);
  assert.match(
    refused.stderr,
    new RegExp(
      `conflict: unable to delete used:1 \\(must be forced\\) - container ${container.slice(0, 12)} is using its referenced image [0-9a-f]{12}`,
    ),
  );
  await daemon.dockerOk(['rm', container]);
  await daemon.dockerOk(['rmi', 'used:1']);
});

test('list, filters, history, prune', async () => {
  await inShell(
    "tar -C $D/root -c . | docker import -m 'made here' -c 'LABEL kind=test' - listed:1",
  );
  const rows = await daemon.dockerOk(['images', '--format', '{{.Repository}}:{{.Tag}}']);
  assert.ok(rows.split('\n').includes('listed:1'));
  assert.equal(
    await daemon.dockerOk(['images', '-q', '-f', 'reference=list*', '--no-trunc']),
    await idOf('listed:1'),
  );
  assert.equal(
    await daemon.dockerOk(['images', '-q', '-f', 'label=kind=test', '--no-trunc']),
    await idOf('listed:1'),
  );
  assert.match(await daemon.dockerOk(['history', 'listed:1']), /made here/);
  await inShell("tar -C $D/root -c . | docker import -c 'LABEL kind=dangling' -");
  assert.notEqual(await daemon.dockerOk(['images', '-q', '-f', 'dangling=true']), '');
  const pruned = await daemon.dockerOk(['image', 'prune', '-f']);
  assert.match(pruned, /Total reclaimed space/);
  assert.equal(await daemon.dockerOk(['images', '-q', '-f', 'dangling=true']), '');
  await daemon.dockerOk(['rmi', 'listed:1']);
});

test('references are checked as Docker does', async () => {
  const bad: readonly (readonly [string[], RegExp])[] = [
    [['tag', 'busybox', 'UPPER:1'], /repository name .*must be lowercase/],
    [['tag', 'busybox', 'a b'], /invalid reference format/],
    [['tag', 'no-such', 'x:1'], /No such image: no-such:latest/],
    [['image', 'inspect', 'sha256:12'], /No such image: sha256:12/],
  ];
  for (const [args, text] of bad)
    assert.match((await daemon.docker(args)).stderr, text, args.join(' '));
});

test('hostile archives are refused and leave nothing', async () => {
  const before = await daemon.dockerOk(['images', '-aq']);
  const folder = path.join(daemon.directory, 'hostile');
  mkdirSync(folder);
  const target = path.join(daemon.directory, 'escaped');
  const archives: Record<string, string> = {
    dots: `cd ${folder} && echo x > f && tar -P --transform='s,^f,../../../../../..${target},' -cf dots.tar f`,
    link: `cd ${folder} && ln -sf ${daemon.directory} l && tar -cf link.tar l && rm l && mkdir -p l && echo x > l/escaped && tar -rf link.tar l/escaped`,
  };
  for (const [name, script] of Object.entries(archives)) {
    await inShell(script);
    await runCommand('sh', ['-c', `docker import ${folder}/${name}.tar evil:${name}`], {
      env: { DOCKER_HOST: daemon.host },
    });
    assert.throws(() => statSync(target), { code: 'ENOENT' }, `${name} reached outside`);
    await daemon.docker(['rmi', `evil:${name}`]);
  }
  writeFileSync(path.join(folder, 'noise.tar'), Buffer.alloc(4096, 0x41));
  const noise = await daemon.docker(['load', '-i', path.join(folder, 'noise.tar')]);
  assert.notEqual(noise.code, 0);
  assert.notEqual(noise.stderr.trim(), '');
  assert.equal(await daemon.dockerOk(['images', '-aq']), before);
  assert.equal(await daemon.dockerOk(['run', '--rm', 'busybox', 'echo', 'alive']), 'alive');
});
