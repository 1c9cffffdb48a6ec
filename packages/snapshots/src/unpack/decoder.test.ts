import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { JobError } from '../worker/job-error.ts';
import { detectCompression } from './compression.ts';
import { createDecoder } from './decoder.ts';

async function decode(compression: 'gzip' | 'zstd' | 'none', input: Buffer, step: number) {
  const parts: Buffer[] = [];
  const decoder = createDecoder(compression, (chunk) => parts.push(Buffer.from(chunk)));
  try {
    for (let at = 0; at < input.length; at += step) {
      await decoder.write(Buffer.from(input.subarray(at, at + step)));
    }
    await decoder.end();
  } finally {
    decoder.close();
  }
  return Buffer.concat(parts);
}

const plain = Buffer.concat([randomBytes(300_000), Buffer.alloc(2_000_000, 'layer')]);

describe('decoder', () => {
  for (const [compression, compress, damaged] of [
    ['gzip', gzipSync, [1000, 1100]],
    ['zstd', zstdCompressSync, [6, 12]],
  ] as const) {
    it(`decompresses ${compression}, also of several members, however it is cut`, async () => {
      const half = plain.length / 2;
      const single = compress(plain);
      const several = Buffer.concat([
        compress(plain.subarray(0, half)),
        compress(plain.subarray(half)),
      ]);
      assert.equal(detectCompression(single), compression);
      const many = Buffer.concat(
        Array.from({ length: 23 }, (_, index) =>
          compress(plain.subarray(index * 100_000, (index + 1) * 100_000)),
        ),
      );
      for (const input of [single, several, many]) {
        for (const step of [1013, 9973, 1 << 20]) {
          assert.ok((await decode(compression, input, step)).equals(plain), `${step}`);
        }
      }
    });

    it(`fails when ${compression} is cut off or broken`, async () => {
      const input = compress(plain);
      const broken = Buffer.from(input);
      broken.fill(0xff, ...damaged);
      for (const bad of [input.subarray(0, 100_000), input.subarray(0, input.length - 3), broken]) {
        await assert.rejects(decode(compression, bad, 4096), (error: unknown) => {
          assert.ok(error instanceof JobError, String(error));
          assert.equal(error.code, 'snapshots.invalid-archive');
          return true;
        });
      }
    });
  }

  it('reports what the sink throws and takes nothing more', async () => {
    let calls = 0;
    const decoder = createDecoder('gzip', () => {
      calls++;
      throw new Error('sink');
    });
    await assert.rejects(async () => decoder.write(gzipSync(plain)), /sink/);
    await assert.rejects(async () => decoder.end(), /sink/);
    assert.equal(calls, 1);
    decoder.close();
  });

  it('passes over zeros after gzip data, as padded archives have', async () => {
    const input = Buffer.concat([gzipSync(plain), Buffer.alloc(5000)]);
    for (const step of [977, 1 << 20]) assert.ok((await decode('gzip', input, step)).equals(plain));
    const junk = Buffer.concat([gzipSync(plain), Buffer.from('no gzip member')]);
    for (const step of [977, 1 << 20]) await assert.rejects(decode('gzip', junk, step));
  });

  it('passes over skippable and empty frames of zstd', async () => {
    const skippable = Buffer.from('5a2a4d180300000061626350', 'hex').subarray(0, 11);
    const empty = zstdCompressSync(Buffer.alloc(0));
    const input = Buffer.concat([skippable, empty, zstdCompressSync(plain), skippable, empty]);
    for (const step of [977, 1 << 20]) assert.ok((await decode('zstd', input, step)).equals(plain));
    await assert.rejects(decode('zstd', Buffer.concat([input, Buffer.from('junk')]), 4096));
    await assert.rejects(decode('zstd', input.subarray(0, -1), 4096));
  });

  it('tells compressions apart', () => {
    assert.equal(detectCompression(Buffer.alloc(0)), 'none');
    assert.equal(detectCompression(Buffer.from('usr/')), 'none');
    assert.equal(detectCompression(Buffer.from('502a4d1800', 'hex')), 'zstd');
    for (const [head, name] of [
      [Buffer.from('fd377a585a00', 'hex'), 'xz'],
      [Buffer.from('BZh91AY'), 'bzip2'],
    ] as const) {
      assert.throws(
        () => detectCompression(head),
        (error: unknown) => error instanceof JobError && error.details.compression === name,
      );
    }
  });
});
