import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { isEngineError } from '@berth/errors';
import { type Digest, sha256Of } from '@berth/oci';
import { directory } from '@berth/tar/testsuite/tar-archive.ts';
import { type HarnessOptions, SnapshotterHarness } from './snapshotter-harness.ts';

const usage = { bytes: 3, inodes: 1 };

/** Layers appear whole, once and for good. */
export function layerConformance(options: HarnessOptions): void {
  it('shows a layer only after its commit', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { snapshotter } = harness;
    const id = sha256Of('layer');
    const draft = await snapshotter.createLayer(undefined);
    writeFileSync(join(draft.directory, 'file'), 'abc');
    assert.equal(await snapshotter.hasLayer(id), false);
    assert.deepEqual(await snapshotter.listLayers(), []);
    await draft.commit(id, usage);
    await draft[Symbol.asyncDispose]();
    assert.equal(await snapshotter.hasLayer(id), true);
    assert.deepEqual(await snapshotter.listLayers(), [id]);
    assert.deepEqual(await snapshotter.layerUsage(id), usage);
    await harness.reopen();
    assert.deepEqual(await harness.snapshotter.listLayers(), [id]);
    assert.deepEqual(await harness.snapshotter.layerUsage(id), usage);
    const { path } = await harness.container([id]);
    assert.equal(readFileSync(join(path, 'file'), 'utf8'), 'abc');
  });

  it('drops drafts that are not committed', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const draft = await harness.snapshotter.createLayer(undefined);
    writeFileSync(join(draft.directory, 'file'), 'abc');
    await draft[Symbol.asyncDispose]();
    await draft[Symbol.asyncDispose]();
    await assert.rejects(draft.commit(sha256Of('x'), usage));
    assert.ok(!existsSync(draft.directory));
    assert.deepEqual(await harness.snapshotter.listLayers(), []);
  });

  it('keeps the first of several concurrent commits of one layer', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { snapshotter } = harness;
    const id = sha256Of('layer');
    const drafts = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const draft = await snapshotter.createLayer(undefined);
        writeFileSync(join(draft.directory, 'winner'), String(index));
        return draft;
      }),
    );
    await Promise.all(drafts.map((draft) => draft.commit(id, usage)));
    for (const draft of drafts) await draft[Symbol.asyncDispose]();
    assert.deepEqual(await snapshotter.listLayers(), [id]);
    const { path } = await harness.container([id]);
    assert.equal(readFileSync(join(path, 'winner'), 'utf8'), '0');
    for (const draft of drafts) assert.ok(!existsSync(draft.directory));
  });

  it('removes layers, repeatedly', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { snapshotter } = harness;
    const [id] = (await harness.layers([directory('d'), { name: 'd/f' }])) as [Digest];
    await snapshotter.removeLayer(id);
    await snapshotter.removeLayer(id);
    assert.equal(await snapshotter.hasLayer(id), false);
    await assert.rejects(snapshotter.layerUsage(id), (error) =>
      isEngineError(error, 'snapshots.layer-missing'),
    );
    await assert.rejects(snapshotter.createContainer('c', [id]), (error) =>
      isEngineError(error, 'snapshots.layer-missing'),
    );
    await harness.reopen();
    assert.deepEqual(readdirSync(join(harness.folder, 'trash')), []);
  });

  it('removes drafts, trash and half-written layers of a daemon that was killed', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers([{ name: 'file', content: 'x' }], [{ name: 'top' }]);
    const draft = await harness.snapshotter.createLayer(undefined);
    writeFileSync(join(draft.directory, 'half'), 'x');
    const [lower, top] = chain.map((id) => join(harness.folder, id.slice('sha256:'.length)));
    await harness.reopen('killed');
    const kept = new Set(await harness.snapshotter.listLayers());
    assert.deepEqual(kept, new Set(chain), 'layers of this boot are kept');
    assert.ok(!existsSync(draft.directory));
    writeFileSync(join(top!, 'layer.json'), '');
    await harness.reopen();
    assert.deepEqual(await harness.snapshotter.listLayers(), [chain[0]]);
    assert.ok(existsSync(lower!));
    assert.ok(!existsSync(top!));
    await harness.reopen();
    assert.deepEqual(readdirSync(join(harness.folder, 'trash')), []);
    assert.deepEqual(readdirSync(join(harness.folder, 'drafts')), []);
  });

  it('stacks 127 layers', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const archives = Array.from({ length: 127 }, (_, index) => [
      directory('d'),
      { name: 'd/last', content: String(index) },
      { name: `d/${index}`, content: String(index) },
      ...(index > 0 ? [{ name: `d/.wh.${index - 1}` }] : []),
    ]);
    const chain = await harness.layers(...archives);
    const { path, id } = await harness.container(chain);
    assert.deepEqual(readdirSync(join(path, 'd')).sort(), ['126', 'last']);
    assert.equal(readFileSync(join(path, 'd/last'), 'utf8'), '126');
    writeFileSync(join(path, 'd/last'), 'changed');
    assert.deepEqual(await harness.snapshotter.changes(id), [
      { kind: 'modified', path: '/d' },
      { kind: 'modified', path: '/d/last' },
    ]);
    await harness.snapshotter.removeContainer(id);
  });
}
