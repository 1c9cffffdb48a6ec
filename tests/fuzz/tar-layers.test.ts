import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createLinuxKernel } from '@berth/kernel';
import { treeFacts } from '@berth/snapshots/testsuite/file-facts.ts';
import { SnapshotterHarness } from '@berth/snapshots/testsuite/snapshotter-harness.ts';
import type { Member } from '@berth/tar/testsuite/tar-archive.ts';
import fc from 'fast-check';

const kernel = createLinuxKernel();
let overlay: SnapshotterHarness;
let vfs: SnapshotterHarness;

before(async () => {
  process.umask(0);
  overlay = await SnapshotterHarness.open({ driver: 'overlay2', kernel, base: tmpdir() });
  vfs = await SnapshotterHarness.open({ driver: 'vfs', kernel, base: tmpdir() });
});

after(async () => {
  await overlay[Symbol.asyncDispose]();
  await vfs[Symbol.asyncDispose]();
});

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const whiteout = fc
  .tuple(
    fc.array(name, { maxLength: 2 }),
    fc.constantFrom('.wh.a', '.wh.b', '.wh.c', '.wh..wh..opq'),
  )
  .map(([parents, mark]) => ({ name: [...parents, mark].join('/') }));
const plain = fc.record({
  name: path,
  type: fc.constantFrom('file', 'file', 'directory', 'directory', 'fifo'),
  content: fc.constantFrom('', 'x', 'y'),
  mode: fc.constantFrom(0o644, 0o755, 0o1700),
  uid: fc.constantFrom(0, 1),
});
const layer: fc.Arbitrary<readonly Member[]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: whiteout }),
  { maxLength: 6 },
);

/** What a container on the layers holds, without times of directories, or why there is none. */
async function view(harness: SnapshotterHarness, layers: readonly (readonly Member[])[]) {
  const { snapshotter } = harness;
  let container: { id: string; path: string };
  try {
    container = await harness.container(await harness.layers(...layers));
  } catch (error) {
    if (!isEngineError(error, 'snapshots.unsafe-entry')) throw error;
    return error.message;
  }
  const facts = [...treeFacts(kernel.files, container.path)].map(([file, fact]) => {
    return `${file} ${fact.startsWith('directory') ? fact.replace(/ \d{10,}/, '') : fact}`;
  });
  const changes = await snapshotter.changes(container.id);
  await snapshotter.removeContainer(container.id);
  for (const id of await snapshotter.listLayers()) await snapshotter.removeLayer(id);
  return {
    facts: facts.filter((line) => !/^(?:\.dockerenv|dev|etc|proc|sys)\b/.test(line)),
    changes,
  };
}

describe('layers under fuzz', () => {
  it('look the same on overlay2 and vfs', async () => {
    const property = fc.asyncProperty(
      fc.array(layer, { minLength: 1, maxLength: 4 }),
      async (layers) => {
        assert.deepEqual(await view(overlay, layers), await view(vfs, layers));
      },
    );
    await fc.assert(property, { numRuns: Number(process.env.BERTH_FUZZ_RUNS ?? 300) });
  });
});
