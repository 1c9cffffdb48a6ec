import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { it } from 'node:test';
import type { Files } from '@berth/kernel';
import { chainIds, type Digest } from '@berth/oci';
import { directory, type Member, symlink } from '@berth/tar/testsuite/tar-archive.ts';
import { initPaths } from '../src/store/init-layer.ts';
import { treeFacts } from './file-facts.ts';
import { type HarnessOptions, SnapshotterHarness } from './snapshotter-harness.ts';

const image: readonly Member[] = [
  directory('bin'),
  { name: 'bin/sh', mode: 0o755, content: 'shell' },
  directory('etc'),
  { name: 'etc/passwd', content: 'root' },
  directory('var'),
  directory('var/lib'),
  { name: 'var/lib/a', content: 'a' },
  { name: 'var/lib/b', content: 'b' },
  directory('var/again'),
  { name: 'var/again/old', content: 'old' },
  { name: 'turned', content: 'a file' },
  directory('back'),
  { name: 'back/inside', content: 'x' },
  symlink('lib', 'var/lib'),
];

/** Every kind of change that a container can make. */
function change(root: string, setXattr: (path: string) => void): void {
  const at = (path: string) => join(root, path);
  writeFileSync(at('bin/sh'), 'another shell');
  chmodSync(at('bin/sh'), 0o4711);
  rmSync(at('var/lib/a'));
  rmSync(at('lib'));
  rmSync(at('var/again'), { recursive: true });
  mkdirSync(at('var/again'), 0o750);
  writeFileSync(at('var/again/new'), 'new');
  rmSync(at('turned'));
  mkdirSync(at('turned'));
  symlinkSync('../nowhere', at('turned/dangling'));
  rmSync(at('back'), { recursive: true });
  writeFileSync(at('back'), 'a file');
  mkdirSync(at('new/deep'), { recursive: true });
  writeFileSync(at('new/deep/one'), 'linked');
  linkSync(at('new/deep/one'), at('new/two'));
  chownSync(at('new/deep'), 12, 34);
  renameSync(at('var/lib/b'), at('var/lib/renamed'));
  writeFileSync(at('etc/Ünï cödé \n'), 'odd name');
  utimesSync(at('etc/passwd'), 1234.5, 2345.25);
  setXattr(at('etc/passwd'));
  chmodSync(root, 0o1777);
}

/** The difference of a container, applied on its image, gives its file system again. */
export function diffConformance(options: HarnessOptions): void {
  async function diffOf(harness: SnapshotterHarness, id: string): Promise<Buffer> {
    return await buffer(await harness.snapshotter.diff(id));
  }

  async function onTop(harness: SnapshotterHarness, chain: readonly Digest[], layer: Buffer) {
    await using draft = await harness.snapshotter.createLayer(chain.at(-1));
    const { diffId, usage } = await harness.snapshotter.transfer.unpack({
      source: Readable.from([layer]),
      directory: draft.directory,
      whiteouts: draft.whiteouts,
    });
    const top = chainIds([chain.at(-1)!, diffId])[1]!;
    await draft.commit(top, usage);
    return await harness.container([...chain, top]);
  }

  it('packs what a container changed as a layer', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers(image);
    const { id, path } = await harness.container(chain);
    const { files } = harness.kernel;
    change(path, (file) => files.setXattr(file, 'trusted.test', Buffer.from('kept')));
    const layer = await diffOf(harness, id);
    assert.ok(layer.equals(await diffOf(harness, id)), 'the same tree gives the same bytes');
    const copy = await onTop(harness, chain, layer);
    assert.deepEqual(content(files, copy.path), content(files, path));
    assert.equal(lstatSync(copy.path).mode & 0o7777, 0o1777);
    assert.equal(files.getXattr(join(copy.path, 'etc/passwd'), 'trusted.test')?.toString(), 'kept');
    const [one, two] = ['new/deep/one', 'new/two'].map((name) => lstatSync(join(copy.path, name)));
    assert.equal(one?.ino, two?.ino);
    assert.deepEqual(readdirSync(join(copy.path, 'var/again')), ['new']);
    assert.ok(!layer.includes('shm'), 'mount points of the engine are no changes');
  });

  it('packs nothing of a container that changed nothing', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id } = await harness.container(await harness.layers(image));
    assert.ok((await diffOf(harness, id)).equals(Buffer.alloc(1024)));
  });

  it('packs all of a container without an image, and ends when it is told to', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container([]);
    writeFileSync(join(path, 'first'), Buffer.alloc(3 << 20, 'x'));
    assert.ok((await diffOf(harness, id)).includes('first'));
    const abort = new AbortController();
    const stream = await harness.snapshotter.diff(id, { signal: abort.signal });
    abort.abort();
    await assert.rejects(buffer(stream));
    await assert.rejects(harness.snapshotter.diff('nobody'), {
      code: 'snapshots.container-missing',
    });
  });
}

/** Everything but the mount points that the engine makes, which each container has of its own. */
function content(files: Files, root: string): Map<string, string> {
  const given = new Set(initPaths);
  return new Map([...treeFacts(files, root)].filter(([path]) => !given.has(path)));
}
