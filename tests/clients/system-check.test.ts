import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TestDaemon } from '@berth/testing';
import { TestRegistry } from '@berth/testing/registry/test-registry.ts';

let daemon: TestDaemon;
let registry: TestRegistry;
let image: string;

before(async () => {
  daemon = await TestDaemon.start();
  registry = await TestRegistry.start();
  await registry.exposeTo(daemon.namespacePid);
  image = `${registry.host}/team/box:1`;
  await daemon.dockerOk(['tag', 'busybox', image]);
  await daemon.dockerOk(['push', image]);
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

function layerBlob(): string {
  const blobs = path.join(daemon.dataRoot, 'content/blobs/sha256');
  const index = JSON.parse(readFileSync(path.join(daemon.dataRoot, 'content/index.json'), 'utf8'));
  const hex = (digest: string) => path.join(blobs, digest.slice(7));
  const manifest = JSON.parse(readFileSync(hex(index.manifests[0].digest), 'utf8'));
  return hex(manifest.layers[0].digest);
}

test('system check names what is damaged, and repair fetches it from the registry', async () => {
  const well = await daemon.berth(['system', 'check']);
  assert.equal(well.code, 0, well.stderr);
  assert.match(well.stdout, /^Checked 1 images, 3 blobs \(.*\), 1 layers: all is well$/m);
  const file = layerBlob();
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 512));
  const damaged = await daemon.berth(['system', 'check']);
  assert.equal(damaged.code, 1);
  assert.match(damaged.stdout, /^corrupt blob sha256:[0-9a-f]{64}: its \d+ bytes have the digest/m);
  assert.match(damaged.stdout, new RegExp(`needed by ${image}, busybox:latest`));
  const repaired = await daemon.berth(['system', 'check', '--repair']);
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  assert.match(repaired.stdout, /1 problem, all repaired/);
  assert.deepEqual(readFileSync(file), whole);
});

test('a container starts although a layer below it is gone', async () => {
  await daemon.dockerOk(['create', '--name', 'orphan', 'busybox', 'echo', 'alive']);
  const [lower = ''] = (
    await daemon.dockerOk(['inspect', '-f', '{{.GraphDriver.Data.LowerDir}}', 'orphan'])
  ).split(':');
  rmSync(path.dirname(lower), { recursive: true });
  assert.equal(await daemon.dockerOk(['start', '-a', 'orphan']), 'alive');
  rmSync(path.dirname(lower), { recursive: true });
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  assert.equal(await daemon.dockerOk(['start', '-a', 'orphan']), 'alive');
  rmSync(path.dirname(lower), { recursive: true });
  const check = await daemon.berth(['system', 'check', '--repair']);
  assert.match(
    check.stdout,
    /missing layer sha256:[0-9a-f]{64}: .* does not exist\n {2}needed by .*\n {2}repaired/,
  );
  await daemon.dockerOk(['rm', 'orphan']);
});
