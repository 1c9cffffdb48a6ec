import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { symlink, tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { eventually, runCommand, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await daemon.dockerOk(['volume', 'create', '--label', 'a=b', 'full']);
  const filled = await runCommand('sh', ['-ec', fill], { cwd: dataOf('full') });
  assert.equal(filled.code, 0, filled.stderr);
});
after(() => daemon[Symbol.asyncDispose]());

/** Every kind of file, and what a careless copy loses. */
const fill = `
  mkdir -p sub/deep && chmod 1751 sub && chown 12:34 sub
  echo text > sub/file && chown 1001:1002 sub/file && chmod 4750 sub/file
  ln sub/file sub/deep/hard && ln -s ../sub/file link && mkfifo pipe && mknod null c 1 3
  truncate -s 96M sparse && printf end | dd of=sparse bs=1 seek=100663293 conv=notrunc 2>&1
  setfattr -n user.kept -v value sub/file && setfattr -n trusted.kept -v root sub
  touch -d '2001-02-03 04:05:06.789' sub/file && touch -d '2002-02-03 04:05:06' sub .
  chown 7:8 . && chmod 2770 . && touch "$(printf 'odd\\nname')" && touch .wh.file`;

const dataOf = (name: string) => path.join(daemon.dataRoot, 'volumes', name, '_data');

/** Names, kinds, owners, modes, times, attributes, content and holes of a tree. */
async function factsOf(name: string): Promise<string> {
  const script = `
    find . ! -name sparse -printf '%P %y %m %U:%G %s %n %l %T@\\n' | sort
    getfattr -hR -d -m - . 2>/dev/null; find . -type f ! -name sparse -exec sha256sum {} + | sort
    test sub/file -ef sub/deep/hard && echo linked; tail -c 3 sparse; stat -c ' %s' sparse`;
  const facts = await runCommand('sh', ['-ec', script], { cwd: dataOf(name) });
  assert.equal(facts.code, 0, facts.stderr);
  return facts.stdout;
}

async function berthOk(args: string[], input?: Buffer): Promise<string> {
  const result = await daemon.berth(args, input === undefined ? {} : { input });
  assert.equal(result.code, 0, result.stderr);
  return result.stdout.trim();
}

const hidden = () =>
  readdirSync(path.join(daemon.dataRoot, 'volumes')).filter((name) => name.startsWith('.'));

test('what is exported and imported, or cloned, is the same', async () => {
  const file = path.join(daemon.directory, 'full.tar');
  assert.equal(await berthOk(['volume', 'export', '-o', file, 'full']), '');
  assert.ok(statSync(file).size < 1 << 20, 'holes are not written');
  assert.equal(await berthOk(['volume', 'import', 'again', file]), 'again');
  assert.equal(await berthOk(['volume', 'clone', 'full', 'twin']), 'twin');
  const wanted = await factsOf('full');
  assert.match(wanted, /linked\nend 100663296/);
  for (const name of ['again', 'twin']) {
    assert.equal(await factsOf(name), wanted);
    assert.ok(statSync(path.join(dataOf(name), 'sparse')).blocks < 2048, 'holes stay holes');
  }
  const format = '{{.Labels}} {{.Driver}}';
  assert.equal(
    await daemon.dockerOk(['volume', 'inspect', '-f', format, 'twin']),
    'map[a:b] local',
  );
  const again = path.join(daemon.directory, 'again.tar');
  await berthOk(['volume', 'export', '--output', again, 'again']);
  assert.ok(readFileSync(again).equals(readFileSync(file)), 'the same files give the same bytes');
  const listed = await runCommand('tar', ['-tvf', file]);
  assert.match(listed.stdout, /hrwsr-x--- .*hard link to|link to sub\/deep\/hard/);
  assert.deepEqual(hidden(), []);
  await daemon.dockerOk(['volume', 'rm', 'again', 'twin']);
});

test('archives come by standard input, also compressed, and go to standard output', async () => {
  const archive = await runCommand('sh', ['-c', `tar -C ${dataOf('full')} -cz sub | base64`]);
  const input = Buffer.from(archive.stdout, 'base64');
  assert.equal(await berthOk(['volume', 'import', 'piped', '-'], input), 'piped');
  assert.equal(
    await daemon.dockerOk(['run', '--rm', '-v', 'piped:/p', 'busybox', 'cat', '/p/sub/file']),
    'text',
  );
  const shown = await runCommand('sh', [
    '-c',
    `DOCKER_HOST=${daemon.host} bin/berth volume export piped | tar -t | sort`,
  ]);
  assert.equal(shown.stdout, 'sub/\nsub/deep/\nsub/deep/hard\nsub/file\n', shown.stderr);
  await daemon.dockerOk(['volume', 'rm', 'piped']);
});

test('an import that fails leaves nothing', async () => {
  const whole = path.join(daemon.directory, 'whole.tar');
  await runCommand('tar', ['-C', dataOf('full'), '-cf', whole, 'sub', 'link']);
  const cut = path.join(daemon.directory, 'cut.tar');
  writeFileSync(cut, readFileSync(whole));
  truncateSync(cut, 600);
  const write = (name: string, bytes: Buffer): string => {
    const file = path.join(daemon.directory, name);
    writeFileSync(file, bytes);
    return file;
  };
  const outside = path.join(daemon.directory, 'outside');
  const bad: readonly (readonly [string, RegExp])[] = [
    [cut, /ends|truncated|unexpected end/i],
    [write('text', Buffer.from('no archive at all, only words'.repeat(40))), /archive|tar/],
    [write('up', tarOf([{ name: `../../../../${outside}`, content: 'x' }])), /outside|unsafe/],
  ];
  for (const [file, text] of bad) {
    const result = await daemon.berth(['volume', 'import', 'broken', file]);
    assert.notEqual(result.code, 0, file);
    assert.match(result.stderr, text);
    assert.equal((await daemon.docker(['volume', 'inspect', 'broken'])).code, 1);
  }
  const link = [symlink('l', daemon.directory), { name: 'l/outside', content: 'x' }];
  await daemon.berth(['volume', 'import', 'linked', write('link', tarOf(link))]);
  assert.throws(() => statSync(outside));
  await daemon.dockerOk(['volume', 'rm', '-f', 'linked']);
  for (const args of [
    ['import', 'full', whole],
    ['clone', 'full', 'full'],
  ]) {
    const taken = await daemon.berth(['volume', ...args]);
    assert.match(taken.stderr, /create full: there is a volume of this name already/);
  }
  assert.match((await daemon.berth(['volume', 'clone', 'none', 'x1'])).stderr, /no such volume/);
  assert.match((await daemon.berth(['volume', 'export', 'none'])).stderr, /no such volume/);
  assert.match(
    (await daemon.berth(['volume', 'import', '../x', whole])).stderr,
    /invalid characters/,
  );
  assert.match((await daemon.berth(['volume', 'import', 'x1', '/none'])).stderr, /no such file/);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'full');
  assert.deepEqual(hidden(), []);
});

test('a client that goes away leaves nothing', async () => {
  const env = { ...process.env, DOCKER_HOST: daemon.host };
  const client = spawn('bin/berth', ['volume', 'import', 'gone', '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  client.stdin.write(readFileSync(path.join(daemon.directory, 'whole.tar')).subarray(0, 2048));
  await eventually(() => assert.equal(hidden().length, 1));
  client.kill('SIGKILL');
  await eventually(() => assert.deepEqual(hidden(), []));
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'full');
});

test('a volume with something mounted on it is cloned as it is seen', async () => {
  const options = ['-o', 'type=tmpfs', '-o', 'device=tmpfs'];
  await daemon.dockerOk(['volume', 'create', ...options, 'fleeting']);
  const writer = ['run', '-d', '--init', '-v', 'fleeting:/f', 'busybox'];
  const id = await daemon.dockerOk([...writer, 'sh', '-c', 'echo here > /f/x; sleep 1000']);
  await eventually(async () =>
    assert.equal(await daemon.dockerOk(['exec', id, 'cat', '/f/x']), 'here'),
  );
  assert.equal(await berthOk(['volume', 'clone', 'fleeting', 'frozen']), 'frozen');
  assert.equal(readFileSync(path.join(dataOf('frozen'), 'x'), 'utf8'), 'here\n');
  await daemon.dockerOk(['rm', '-f', id]);
  await daemon.dockerOk(['volume', 'rm', 'fleeting', 'frozen']);
});
