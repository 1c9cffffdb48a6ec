import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockWriter } from './block-writer.ts';

test('pieces of any size come out as they went in, a block at a time', async () => {
  const blocks: Buffer[] = [];
  let active = 0;
  const writer = new BlockWriter(async (block) => {
    assert.equal(++active, 1);
    await new Promise((resolve) => setImmediate(resolve));
    blocks.push(Buffer.from(block));
    active--;
  });
  const pieces = [1, 70_000, 0, 2_000_000, 524_288, 3].map((size, index) =>
    Buffer.alloc(size, index + 1),
  );
  for (const piece of pieces) {
    const copy = Buffer.from(piece);
    await writer.write(copy);
    copy.fill(0);
  }
  await writer.flush();
  await writer.flush();
  assert.ok(Buffer.concat(blocks).equals(Buffer.concat(pieces)));
  assert.equal(blocks.length, Math.ceil(Buffer.concat(pieces).length / 524_288));
  await writer.write(Buffer.from('more'));
  await writer.flush();
  assert.equal(blocks.at(-1)?.toString(), 'more');
});

test('a failed block is told by the next call', async () => {
  const writer = new BlockWriter(async () => {
    throw new Error('full');
  });
  await writer.write(Buffer.alloc(524_288));
  await assert.rejects(writer.write(Buffer.alloc(524_288)), /full/);
  await assert.rejects(writer.flush(), /full/);
});
