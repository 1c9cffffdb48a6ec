import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createLinuxKernel } from '@berth/kernel';
import { decodeWithProgram } from '@berth/snapshots/unpack/program-decoder.ts';
import { tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { ImageFixture } from './images-fixture.ts';

const programs = ['xz', 'bzip2'] as const;
const { processes } = createLinuxKernel();
const compress = (program: string, data: Buffer): Buffer =>
  execFileSync(program, ['-c'], { input: data, maxBuffer: 1 << 28 });
const stream = (data: Buffer) => Readable.from([Buffer.from(data)]);

let folder: string;
let tar: Buffer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-compressed-'));
  await mkdir(join(folder, 'tree/etc'), { recursive: true });
  await writeFile(join(folder, 'tree/etc/hostname'), 'imported\n');
  await writeFile(join(folder, 'tree/big'), Buffer.alloc(3 << 20, 'berth '));
  tar = execFileSync('tar', ['-C', join(folder, 'tree'), '-c', '.'], { maxBuffer: 1 << 28 });
});
after(() => rm(folder, { recursive: true }));

async function hostnameIn(fixture: ImageFixture, name: string): Promise<string> {
  const image = await fixture.images.resolve(name);
  await fixture.storage.createContainer('c', image.chain);
  const root = await fixture.storage.mount('c');
  const text = await readFile(join(root, 'etc/hostname'), 'utf8');
  await fixture.storage.removeContainer('c');
  return text;
}

for (const program of programs) {
  test(`an import compressed with ${program} is stored with gzip`, async () => {
    await using fixture = await ImageFixture.open();
    await fixture.images.import(
      { source: stream(compress(program, tar)), reference: 'a' },
      fixture.sink,
    );
    const { manifest, config } = await fixture.images.resolve('a');
    const { layers } = JSON.parse(String(await fixture.content.readAll(manifest.digest)));
    assert.equal(layers[0].mediaType, 'application/vnd.oci.image.layer.v1.tar+gzip');
    assert.ok(gunzipSync(await fixture.content.readAll(layers[0].digest)).equals(tar));
    const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
    assert.deepEqual(config.rootfs.diff_ids, [diffId]);
    assert.equal(await hostnameIn(fixture, 'a'), 'imported\n');
  });

  test(`an archive compressed with ${program}, and one whose layers are, loads`, async () => {
    await using first = await ImageFixture.open();
    const id = await first.images.import({ source: stream(tar), reference: 'a' }, first.sink);
    const whole = await buffer(await first.images.save(['a']));
    await using second = await ImageFixture.open();
    await second.images.load(stream(compress(program, whole)), {}, second.sink);
    assert.equal((await second.images.resolve('a')).id, id);
    const config = JSON.stringify((await second.images.resolve('a')).config);
    const manifest = [{ Config: 'c.json', RepoTags: ['b:1'], Layers: ['l/layer.tar'] }];
    const archive = tarOf([
      { name: 'c.json', content: config },
      { name: 'l/layer.tar', content: compress(program, tar) },
      { name: 'manifest.json', content: JSON.stringify(manifest) },
    ]);
    await second.images.load(stream(archive), {}, second.sink);
    assert.equal(await hostnameIn(second, 'b:1'), 'imported\n');
  });

  test(`damaged ${program} data is refused and leaves nothing`, async () => {
    await using fixture = await ImageFixture.open();
    const packed = compress(program, tar);
    const before = await fixture.contents();
    const cut = packed.subarray(0, packed.length - 30);
    const noise = Buffer.concat([packed.subarray(0, 60), Buffer.alloc(5000, 'x')]);
    for (const data of [cut, noise]) {
      await assert.rejects(fixture.images.import({ source: stream(data) }, fixture.sink), {
        code: 'snapshots.invalid-archive',
      });
      await assert.rejects(fixture.images.load(stream(data), {}, fixture.sink));
    }
    assert.deepEqual(await fixture.contents(), before);
  });
}

test('a decoder that is not read to the end ends its program; a failing source is told', async () => {
  const endless = Readable.from(
    (function* () {
      const block = compress('bzip2', Buffer.alloc(1 << 20));
      for (;;) yield block;
    })(),
  );
  const started: number[] = [];
  const spy = {
    spawn: async (...call: Parameters<typeof processes.spawn>) => {
      const child = await processes.spawn(...call);
      started.push(child.pid);
      return child;
    },
  };
  for await (const chunk of decodeWithProgram(spy, 'bzip2', endless)) {
    assert.ok(chunk.length > 0);
    break;
  }
  assert.equal(processes.info(started[0]!), undefined);
  const failing = Readable.from(
    (function* () {
      yield compress('xz', tar).subarray(0, 100);
      throw new Error('the network went away');
    })(),
  );
  await assert.rejects(buffer(decodeWithProgram(spy, 'xz', failing)), /the network went away/);
  const absent = { spawn: () => processes.spawn({ command: '/nowhere', args: [], stdio: [] }) };
  await assert.rejects(buffer(decodeWithProgram(absent, 'xz', stream(tar))), {
    code: 'snapshots.decoder-missing',
  });
});
