import assert from 'node:assert/strict';
import { get } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { eventually, runCommand, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const inspect = async (name: string) =>
  JSON.parse(await daemon.dockerOk(['image', 'inspect', '-f', '{{json .}}', name]));

test('commit of a stopped container: files, whiteouts, xattrs, hard links, configuration', async () => {
  const script = [
    'rm /bin/ls && rm -r /etc/passwd /var && mkdir /var && echo new > /var/new',
    'mkdir /d && echo one > /d/one && ln /d/one /d/two && chmod 4755 /d/one && chown 5:6 /d',
  ].join(' && ');
  await daemon.dockerOk(['run', '--name', 'stopped', '-e', 'A=1', 'busybox', 'sh', '-c', script]);
  const changes = ['CMD ["cat","/d/two"]', 'LABEL made=here', 'ENV B=2'];
  const id = await daemon.dockerOk([
    ...['commit', '-a', 'Somebody', '-m', 'a note', ...changes.flatMap((line) => ['-c', line])],
    ...['stopped', 'made:1'],
  ]);
  assert.match(id, /^sha256:[0-9a-f]{64}$/);
  assert.equal(await daemon.dockerOk(['run', '--rm', 'made:1']), 'one');
  const look = 'ls -d /bin/sh /etc/passwd /var/* 2>&1; stat -c "%i %a %u" /d/one /d/two; echo $A$B';
  const seen = await daemon.docker(['run', '--rm', 'made:1', 'busybox', 'sh', '-c', look]);
  assert.match(seen.stdout, /\/var\/new/);
  assert.doesNotMatch(seen.stdout, /\n\/etc\/passwd\n/);
  assert.match(seen.stdout, /^12$/m);
  const inodes = [...seen.stdout.matchAll(/^(\d+) 4755 0$/gm)].map(([, inode]) => inode);
  assert.equal(inodes.length, 2);
  assert.equal(inodes[0], inodes[1]);
  const image = await inspect('made:1');
  assert.equal(image.Id, id);
  assert.equal(image.Author, 'Somebody');
  assert.equal(image.Comment, 'a note');
  assert.deepEqual(image.Config.Labels, { made: 'here' });
  assert.equal(image.RootFS.Layers.length, 2);
  const history = await daemon.dockerOk([
    'history',
    '--no-trunc',
    '--format',
    '{{.CreatedBy}}|{{.Comment}}',
    id,
  ]);
  assert.equal(history.split('\n')[0], `sh -c ${script}|a note`);
  await daemon.dockerOk(['rm', 'stopped']);
});

test('commit of a running container pauses it; of an unchanged one adds no layer', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'runs',
    'busybox',
    'sh',
    '-c',
    'echo x > /made; exec sleep 600',
  ]);
  await daemon.dockerOk(['exec', 'runs', 'sh', '-c', 'until [ -s /made ]; do :; done']);
  const since = `${Date.now() / 1000 - 1}`;
  const id = await daemon.dockerOk(['commit', 'runs', 'example.org/team/made:2']);
  const until = `${Date.now() / 1000 + 1}`;
  assert.equal(await daemon.dockerOk(['inspect', '-f', '{{.State.Status}}', 'runs']), 'running');
  const events = await daemon.dockerOk([
    ...['events', '--since', since, '--until', until, '--format', '{{json .}}'],
  ]);
  const told = events.split('\n').map((line) => JSON.parse(line));
  const actions = told.map(({ Type, Action }) => `${Type} ${Action}`);
  assert.deepEqual(actions.slice(actions.indexOf('container pause')), [
    ...['container pause', 'image create', 'image tag'],
    ...['container commit', 'container unpause'],
  ]);
  const { Attributes } = told.at(-2).Actor;
  assert.equal(Attributes.imageID, id);
  assert.equal(Attributes.imageRef, 'example.org/team/made:2');
  assert.equal(await daemon.dockerOk(['run', '--rm', id, 'cat', '/made']), 'x');
  await daemon.dockerOk(['commit', '--pause=false', 'runs']);
  await daemon.dockerOk(['create', '--name', 'same', 'busybox']);
  const same = await daemon.berth(['commit', '-m', 'nothing', 'same', 'same:1']);
  assert.equal(same.code, 0, same.stderr);
  const image = await inspect('same:1');
  assert.equal(image.Id, same.stdout.trim());
  assert.deepEqual(image.RootFS.Layers, (await inspect('busybox')).RootFS.Layers);
  assert.deepEqual(image.Config.Cmd, ['sh']);
  await daemon.dockerOk(['rm', '-f', 'runs', 'same']);
});

test('skopeo and umoci read a committed image, and see its whiteouts', async () => {
  await daemon.dockerOk(['run', '--name', 'away', 'busybox', 'rm', '/bin/cat']);
  await daemon.dockerOk(['commit', 'away', 'away:1']);
  await daemon.dockerOk(['rm', 'away']);
  const layout = `oci:${path.join(daemon.dataRoot, 'content')}:away:1`;
  const result = await runCommand('sh', [
    '-ec',
    `skopeo inspect ${layout} >/dev/null && cd ${daemon.directory} && skopeo copy -q ${layout} oci:copied:away &&
     umoci unpack --image copied:away bundle && test -e bundle/rootfs/bin/ls && test ! -e bundle/rootfs/bin/cat`,
  ]);
  assert.equal(result.code, 0, result.stderr);
});

test('what cannot be committed is refused and changes nothing', async () => {
  await daemon.dockerOk(['create', '--name', 'idle', 'busybox']);
  const before = await daemon.dockerOk(['images', '-aq', '--no-trunc']);
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [['commit', 'nobody'], /No such container: nobody/],
    [['commit', '-c', 'RUN x', 'idle'], /run is not a valid change command/],
    [['commit', 'idle', 'UPPER'], /must be lowercase/],
  ];
  for (const [args, text] of refusals) {
    const { code, stderr } = await daemon.docker(args);
    assert.notEqual(code, 0);
    assert.match(stderr, text);
  }
  assert.equal(await daemon.dockerOk(['images', '-aq', '--no-trunc']), before);
  await daemon.dockerOk(['rm', 'idle']);
});

/** Asked without a client program, which takes longer than what is to be seen. */
async function stateOf(name: string): Promise<string> {
  const url = { socketPath: daemon.socket, path: `/containers/${name}/json` };
  const { State } = await new Promise<{ State: { Status: string } }>((resolve, reject) => {
    get(url, (response) => resolve(json(response) as Promise<never>)).once('error', reject);
  });
  return State.Status;
}

test('a daemon killed during a commit leaves the container running and no image', async () => {
  const fill = 'dd if=/dev/urandom of=/big bs=1M count=96 2>/dev/null; touch /done; exec sleep 600';
  await daemon.dockerOk(['run', '-d', '--name', 'survives', 'busybox', 'sh', '-c', fill]);
  await daemon.dockerOk(['exec', 'survives', 'sh', '-c', 'until [ -e /done ]; do sleep 0.1; done']);
  const status = () => daemon.dockerOk(['inspect', '-f', '{{.State.Status}}', 'survives']);
  const before = await daemon.dockerOk(['images', '-aq', '--no-trunc']);
  const commit = daemon.docker(['commit', 'survives', 'never:1']);
  await eventually(async () => assert.equal(await stateOf('survives'), 'paused'));
  await daemon.stopProcess('SIGKILL');
  assert.notEqual((await commit).code, 0);
  await daemon.startProcess();
  assert.equal(await status(), 'running');
  assert.equal(await daemon.dockerOk(['exec', 'survives', 'echo', 'alive']), 'alive');
  assert.equal(await daemon.dockerOk(['images', '-aq', '--no-trunc']), before);
  await daemon.dockerOk(['rm', '-f', 'survives']);
});
