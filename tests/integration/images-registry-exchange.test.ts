import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Engine, runCommand, TestDaemon, TestRegistry } from '@berth/testing';

/** Real Docker, skopeo and Berth read from one registry what the others wrote. */
let registry: TestRegistry;
let daemon: TestDaemon;
let docker: Engine;
let folder: string;
let name: (rest: string) => string;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-test-'));
  registry = await TestRegistry.start();
  [daemon, docker] = await Promise.all([TestDaemon.start(), Engine.start('docker')]);
  await registry.exposeTo(daemon.pid);
  await registry.exposeTo(docker.pid);
  name = (rest) => `${registry.host}/${rest}`;
});
after(async () => {
  await docker[Symbol.asyncDispose]();
  await daemon[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function skopeo(command: string, ...args: string[]): Promise<string> {
  const result = await runCommand('skopeo', ['--insecure-policy', command, ...args]);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout.trim();
}
const remoteDigest = (image: string) =>
  skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${image}`);
const localDigest = async (image: string) =>
  (await daemon.dockerOk(['image', 'inspect', '-f', '{{index .RepoDigests 0}}', image])).split(
    '@',
  )[1];

test('real Docker runs what was pushed from here, and the reverse', async () => {
  const ours = name('ours/app:1');
  await daemon.dockerOk(['tag', 'busybox', ours]);
  const pushed = await daemon.dockerOk(['push', ours]);
  const digest = await remoteDigest(ours);
  assert.match(pushed, new RegExp(`1: digest: ${digest} size: \\d+`));
  assert.equal(await localDigest(ours), digest);
  const pulled = await docker.docker(['pull', ours]);
  assert.match(pulled, new RegExp(`Digest: ${digest}`));
  assert.equal(await docker.docker(['run', '--rm', '--net', 'none', ours, 'echo', 'hi']), 'hi');

  const theirs = name('theirs/app:1');
  await docker.docker(['tag', ours, theirs]);
  // Docker packs layers anew and makes a manifest of its own kind.
  await docker.docker(['push', theirs]);
  await daemon.dockerOk(['pull', theirs]);
  assert.equal(await localDigest(theirs), await remoteDigest(theirs));
  assert.equal(await daemon.dockerOk(['run', '--rm', theirs, 'echo', 'ho']), 'ho');
});

test('what skopeo wrote in any form comes and goes with its digest', async () => {
  const source = name('ours/app:1');
  const forms = [
    ['oci', '--format=oci', '--dest-compress-format=gzip'],
    ['docker', '--format=v2s2'],
    ['zstd', '--format=oci', '--dest-compress-format=zstd'],
  ];
  for (const [form = '', ...flags] of forms) {
    const layout = `dir:${path.join(folder, form)}`;
    await skopeo(
      'copy',
      '-q',
      '--src-tls-verify=false',
      '--dest-compress',
      ...flags,
      `docker://${source}`,
      layout,
    );
    const image = name(`skopeo/${form}:1`);
    await skopeo(
      'copy',
      '-q',
      '--dest-tls-verify=false',
      '--preserve-digests',
      layout,
      `docker://${image}`,
    );
    const digest = await remoteDigest(image);
    await daemon.dockerOk(['pull', image]);
    assert.equal(await localDigest(image), digest);
    assert.equal(await daemon.dockerOk(['run', '--rm', image, 'echo', form]), form);
    const again = name(`again/${form}:2`);
    await daemon.dockerOk(['tag', image, again]);
    const output = await daemon.dockerOk(['push', again]);
    assert.match(output, /Mounted from skopeo\//);
    assert.equal(await remoteDigest(again), digest);
    const raw = (of: string) => skopeo('inspect', '--tls-verify=false', '--raw', `docker://${of}`);
    assert.equal(await raw(again), await raw(image));
  }
});

test('berth pull and push speak like docker pull and push', async () => {
  const image = name('ours/app:1');
  for (const flags of [
    [],
    ['-q'],
    ['--platform', `linux/${process.arch === 'x64' ? 'amd64' : 'arm64'}`],
  ]) {
    await daemon.docker(['rmi', '-f', image]);
    const theirs = await daemon.dockerOk(['pull', ...flags, image]);
    await daemon.docker(['rmi', '-f', image]);
    const ours = await daemon.berth(['pull', ...flags, image]);
    assert.equal(ours.stdout.trim(), theirs);
    assert.equal(ours.code, 0, ours.stderr);
  }
  for (const flags of [[], ['-q'], ['-a']]) {
    const target = flags[0] === '-a' ? name('ours/app') : image;
    const ours = await daemon.berth(['push', ...flags, target]);
    assert.equal(ours.stdout.trim(), await daemon.dockerOk(['push', ...flags, target]));
  }
  const failures = [
    ['pull', name('ours/app:absent')],
    ['pull', '-a', image],
    ['push', name('ours/none:1')],
    ['push', name('ours/app:absent')],
    ['pull', 'Bad:Name'],
  ];
  for (const args of failures) {
    const ours = await daemon.berth(args);
    const theirs = await daemon.docker(args);
    assert.deepEqual([ours.code, theirs.code], [1, 1], args.join(' '));
    const told =
      theirs.stderr
        .trim()
        .split('\n')[0]
        ?.replace(/^Error response from daemon: /, '') ?? '';
    assert.ok(ours.stderr.includes(told), `${ours.stderr} has not: ${told}`);
  }
});

test('run pulls what is missing, and what it is told to', async () => {
  const image = name('ours/app:1');
  await daemon.docker(['rmi', '-f', image]);
  const never = await daemon.berth(['run', '--rm', '--pull', 'never', image, 'true']);
  assert.equal(never.code, 125);
  assert.match(never.stderr, /No such image: /);
  for (const client of ['berth', 'docker'] as const) {
    await daemon.docker(['rmi', '-f', image]);
    const missing = await daemon[client](['run', '--rm', image, 'echo', 'there']);
    assert.equal(missing.stdout, 'there\n', missing.stderr);
    assert.match(missing.stderr, /^Unable to find image .* locally\n/);
    const always = await daemon[client](['run', '--rm', '--pull', 'always', image, 'echo', 'x']);
    assert.match(always.stderr, /Image is up to date for/);
    const quiet = await daemon[client]([
      'run',
      '--rm',
      '-q',
      '--pull',
      'always',
      image,
      'echo',
      'x',
    ]);
    assert.deepEqual([quiet.stdout, quiet.stderr], ['x\n', '']);
  }
});
