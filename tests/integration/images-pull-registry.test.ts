import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { eventually, FaultProxy, runCommand, TestDaemon, TestRegistry } from '@berth/testing';

const noiseSize = 12 << 20;

let registry: TestRegistry;
let proxy: FaultProxy;
let daemon: TestDaemon;
/** The image behind the proxy, its digest, and its one layer, which hardly compresses. */
let image: string;
let layer: string;
let layerSize: number;
let digest: string;

before(async () => {
  registry = await TestRegistry.start();
  proxy = await FaultProxy.start(registry.url);
  daemon = await TestDaemon.start();
  await registry.exposeTo(daemon.pid);
  await proxy.exposeTo(daemon.pid);
  await fillRegistry();
});
beforeEach(() => proxy.clear());
after(async () => {
  await daemon[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

/** An image that our own daemon makes and skopeo brings to the registry. */
async function fillRegistry(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-test-'));
  try {
    const root = path.resolve('scripts/busybox-root.sh');
    const script = `sh "$3" | tar -x -C "$1/root"
      cp "$1/noise" "$1/root/noise"; tar -C "$1/root" -c . | gzip -1 | docker import - big:1
      docker save -o "$1/big.tar" big:1; docker rmi big:1
      skopeo copy -q --insecure-policy --dest-tls-verify=false "oci-archive:$1/big.tar" "docker://$2/app/big:1"`;
    writeFileSync(path.join(folder, 'noise'), randomBytes(noiseSize));
    const made = await runCommand(
      'sh',
      ['-ec', `mkdir "$1/root"; ${script}`, 'sh', folder, registry.host, root],
      { env: { DOCKER_HOST: daemon.host } },
    );
    assert.equal(made.code, 0, made.stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const inspect = await skopeo('inspect', `docker://${registry.host}/app/big:1`);
  ({ Digest: digest } = JSON.parse(inspect));
  const manifest = await skopeo('inspect', '--raw', `docker://${registry.host}/app/big:1`);
  [{ digest: layer, size: layerSize }] = JSON.parse(manifest).layers;
  image = `${proxy.host}/app/big:1`;
}

async function skopeo(command: string, ...args: string[]): Promise<string> {
  const result = await runCommand('skopeo', [command, '--tls-verify=false', ...args]);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
}

const blobs = () => readdirSync(path.join(daemon.dataRoot, 'content/blobs/sha256')).length;
const partials = () => {
  const folder = path.join(daemon.dataRoot, 'content/partial');
  return readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);
};
const layerPath = () => new RegExp(`/blobs/${layer}`);

async function pullsWell(): Promise<void> {
  const output = await daemon.dockerOk(['pull', image]);
  assert.match(
    output,
    new RegExp(`Digest: ${digest}\nStatus: Downloaded newer image for ${image}`),
  );
  assert.equal(await daemon.dockerOk(['image', 'inspect', '-f', '{{.Id}}', image]), digest);
  assert.equal(
    await daemon.dockerOk(['run', '--rm', image, 'stat', '-c%s', '/noise']),
    `${noiseSize}`,
  );
  await daemon.dockerOk(['rmi', image]);
}

test('a daemon killed near the end of a layer goes on there', async () => {
  const stalled = Math.floor(layerSize * 0.9);
  proxy.inject({ path: layerPath(), fault: { kind: 'stall', after: stalled } });
  const pull = daemon.docker(['pull', image]);
  await eventually(() => partials().includes(stalled), 30_000);
  await daemon.stopProcess('SIGKILL');
  assert.notEqual((await pull).code, 0);
  await daemon.startProcess();
  assert.deepEqual((await daemon.dockerOk(['images', '-q', image])).trim(), '');
  assert.deepEqual(partials(), [stalled]);
  proxy.clear();
  await pullsWell();
  assert.ok(proxy.sentBytes(layerPath()) < layerSize * 0.15);
  assert.deepEqual(partials(), []);
});

test('a client that goes away ends its pull; the next one goes on', async () => {
  const stalled = layerSize >> 1;
  const before = blobs();
  proxy.inject({ path: layerPath(), fault: { kind: 'stall', after: stalled } });
  const client = spawn('docker', ['pull', image], {
    env: { ...process.env, DOCKER_HOST: daemon.host },
    stdio: 'ignore',
  });
  await eventually(() => partials().includes(stalled), 30_000);
  const ended = new Promise((resolve) => client.once('exit', resolve));
  client.kill('SIGKILL');
  await ended;
  // What was stored for it goes, what came of the layer stays.
  await eventually(() => blobs() === before, 20_000);
  proxy.clear();
  await pullsWell();
  const asked = proxy.requests.filter(({ path: wanted }) => layerPath().test(wanted));
  assert.deepEqual(
    asked.map(({ headers }) => headers.range),
    [`bytes=${stalled}-`],
  );
});

test('faults of a registry end in success after retries', async () => {
  const half = layerSize >> 1;
  const faults = [
    { path: layerPath(), fault: { kind: 'cut', after: half } },
    { path: layerPath(), fault: { kind: 'corrupt', at: half } },
    { path: layerPath(), fault: { kind: 'length', length: half } },
    { path: layerPath(), fault: { kind: 'reset' } },
    { path: /manifests/, fault: { kind: 'answer', status: 429, headers: { 'Retry-After': '0' } } },
    { path: /manifests/, fault: { kind: 'answer', status: 503 } },
    { path: /manifests/, fault: { kind: 'corrupt', at: 40 } },
  ] as const;
  for (const fault of faults) {
    proxy.clear();
    proxy.inject(fault);
    await pullsWell();
    assert.equal(proxy.pendingFaults, 0);
  }
  // What came before the cut need not come again, even where ranges are ignored.
  proxy.clear();
  proxy.inject(
    { path: layerPath(), fault: { kind: 'cut', after: half } },
    { path: layerPath(), fault: { kind: 'no-ranges' } },
  );
  await pullsWell();
});

test('what cannot be had is a clear error, and nothing of it is visible', async () => {
  const before = blobs();
  const always = { times: Number.POSITIVE_INFINITY };
  const cases = [
    [{ kind: 'corrupt', at: 1000 }, layerPath(), /does not match its digest|digest/],
    [{ kind: 'answer', status: 404 }, layerPath(), /not found/],
    [{ kind: 'answer', status: 403 }, /manifests/, /denied/],
    [{ kind: 'answer', status: 200, body: '{"schemaVersion":2}' }, /manifests/, /./],
  ] as const;
  for (const [fault, where, message] of cases) {
    proxy.clear();
    proxy.inject({ path: where, fault, ...always });
    const result = await daemon.docker(['pull', image]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, message);
    assert.equal(await daemon.dockerOk(['images', '-q', image]), '');
    assert.equal(blobs(), before);
  }
});
