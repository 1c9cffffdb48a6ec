import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { directory, type Member, symlink } from '@berth/tar/testsuite/tar-archive.ts';
import { type HarnessOptions, SnapshotterHarness } from './snapshotter-harness.ts';

const base: readonly Member[] = [
  directory('keep'),
  { name: 'keep/file', content: 'base' },
  directory('d'),
  { name: 'd/a', content: 'base a' },
  { name: 'd/b', content: 'base b' },
  directory('d/sub'),
  { name: 'd/sub/deep', content: 'deep' },
  { name: 'plain', content: 'base' },
  symlink('link', 'keep'),
];

/** Later layers hide what earlier ones hold, and never more. */
export function whiteoutConformance(options: HarnessOptions): void {
  /** What the directory holds in a container on these layers. */
  async function names(path: string, ...layers: (readonly Member[])[]): Promise<string[]> {
    await using harness = await SnapshotterHarness.open(options);
    const container = await harness.container(await harness.layers(base, ...layers));
    return readdirSync(join(container.path, path)).sort();
  }

  it('hides files, directories and links', async () => {
    const layer = [{ name: 'd/.wh.a' }, { name: 'd/.wh.sub' }, { name: '.wh.link' }];
    assert.deepEqual(await names('d', layer), ['b']);
    assert.ok(!(await names('', layer)).includes('link'));
    assert.deepEqual(await names('keep', layer), ['file']);
  });

  it('shows again what a later layer brings back', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers(
      base,
      [{ name: '.wh.d' }, { name: '.wh.plain' }],
      [directory('d'), { name: 'd/new', content: 'new' }, directory('plain'), { name: 'plain/x' }],
    );
    const { path } = await harness.container(chain);
    assert.deepEqual(readdirSync(join(path, 'd')), ['new']);
    assert.deepEqual(readdirSync(join(path, 'plain')), ['x']);
  });

  for (const [order, marker] of [
    ['before', 0],
    ['after', 1],
  ] as const) {
    const around = (mark: Member, members: readonly Member[]) =>
      marker === 0 ? [mark, ...members] : [...members, mark];

    it(`empties opaque directories whose mark stands ${order} their content`, async () => {
      const content = [{ name: 'd/a', content: 'new a' }, directory('d/new')];
      const layer = [directory('d'), ...around({ name: 'd/.wh..wh..opq' }, content)];
      assert.deepEqual(await names('d', layer), ['a', 'new']);
      assert.deepEqual(await names('d', layer, [{ name: 'd/.wh.a' }]), ['new']);
    });

    it(`hides only lower layers when the whiteout stands ${order} a file of its layer`, async () => {
      await using harness = await SnapshotterHarness.open(options);
      const chain = await harness.layers(
        base,
        around({ name: '.wh.plain' }, [{ name: 'plain', content: 'own' }]),
        around({ name: '.wh.d' }, [directory('d'), { name: 'd/own', content: 'own' }]),
        around({ name: '.wh.keep' }, [{ name: 'keep/own/deep', content: 'no entry for keep' }]),
      );
      const { path } = await harness.container(chain);
      assert.equal(readFileSync(join(path, 'plain'), 'utf8'), 'own');
      assert.deepEqual(readdirSync(join(path, 'd')), ['own']);
      assert.deepEqual(readdirSync(join(path, 'keep')), ['own']);
    });
  }

  it('hides the whole of the layers below with a mark on the root', async () => {
    const layer = [{ name: '.wh..wh..opq' }, { name: 'only', content: 'x' }];
    const seen = await names('', layer);
    assert.ok(seen.includes('only'));
    for (const name of ['d', 'keep', 'plain', 'link']) assert.ok(!seen.includes(name), name);
  });

  it('ignores whiteouts of nothing and bookkeeping of aufs', async () => {
    const layer = [
      { name: '.wh.absent' },
      { name: 'absent/.wh.x' },
      { name: '.wh..wh.aufs' },
      directory('.wh..wh.plnk'),
      { name: '.wh..wh.plnk/1.2' },
    ];
    const seen = await names('', layer);
    for (const name of ['keep', 'd', 'plain', 'link']) assert.ok(seen.includes(name));
    assert.deepEqual(
      seen.filter((name) => name.startsWith('.wh')),
      [],
    );
  });

  it('changes types between layers', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers(base, [
      { name: 'd', content: 'now a file' },
      directory('plain'),
      { name: 'plain/child', content: 'child' },
      directory('link'),
      { name: 'link/own', content: 'own' },
    ]);
    const { path } = await harness.container(chain);
    assert.equal(readFileSync(join(path, 'd'), 'utf8'), 'now a file');
    assert.deepEqual(readdirSync(join(path, 'plain')), ['child']);
    assert.ok(lstatSync(join(path, 'link')).isDirectory());
    assert.deepEqual(readdirSync(join(path, 'link')), ['own']);
    assert.deepEqual(readdirSync(join(path, 'keep')), ['file']);
    assert.ok(!existsSync(join(path, 'keep/own')));
  });
}
