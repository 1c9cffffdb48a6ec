import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isEngineError } from '@berth/errors';
import fc from 'fast-check';
import { ImageFixture } from '../integration/images-fixture.ts';

const runs = 60;

/** A saved image of two names, small enough to be damaged many times. */
async function savedImage(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-fuzz-'));
  try {
    await writeFile(join(folder, 'file'), 'text');
    const source = Readable.from([execFileSync('tar', ['-C', folder, '-c', 'file'])]);
    await using fixture = await ImageFixture.open();
    await fixture.images.import({ source, reference: 'fuzz:1' }, fixture.sink);
    await fixture.images.tag('fuzz:1', 'fuzz:2');
    return Buffer.concat(await (await fixture.images.save(['fuzz'])).toArray());
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Damage {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly cut: number;
  readonly packed: boolean;
}

const damage = (length: number): fc.Arbitrary<Damage> =>
  fc.record({
    at: fc.nat(length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(length) }, fc.nat(length)),
    packed: fc.boolean(),
  });

function damaged(archive: Buffer, { at, bytes, cut, packed }: Damage): Buffer {
  const copy = Buffer.from(archive);
  const wrapped = packed ? gzipSync(copy) : copy;
  wrapped.set(bytes.subarray(0, wrapped.length - (at % wrapped.length)), at % wrapped.length);
  return wrapped.subarray(0, cut);
}

test('a damaged archive is refused or harmless, and a refusal leaves nothing', async () => {
  const archive = await savedImage();
  await using fixture = await ImageFixture.open();
  const empty = await fixture.contents();
  const property = fc.asyncProperty(damage(archive.length), async (change) => {
    const source = Readable.from([damaged(archive, change)]);
    try {
      await fixture.images.load(source, { quiet: true }, fixture.sink);
      for (const { Id } of await fixture.images.list({})) {
        await fixture.images.resolve(Id);
        await fixture.images.remove(Id, { force: true });
      }
    } catch (error) {
      assert.ok(isEngineError(error), String((error as Error).stack));
    }
    assert.deepEqual(await fixture.contents(), empty);
  });
  await fc.assert(property, { numRuns: runs, endOnFailure: true });
});
