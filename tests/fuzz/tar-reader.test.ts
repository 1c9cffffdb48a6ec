import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TarFormatError } from '@berth/tar/tar-format-error.ts';
import { TarReader } from '@berth/tar/tar-reader.ts';
import { gnuMagic, paxHeader, rawMember, tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import fc from 'fast-check';

interface Reading {
  /** One line per member, or the error. */
  readonly events: readonly string[];
  readonly dataBytes: number;
}

/** Reads in pieces of the given sizes (repeated); checks what every handler may rely on. */
function read(archive: Buffer, steps: readonly number[]): Reading {
  const events: string[] = [];
  let dataBytes = 0;
  let open: { end: number; position: number } | undefined;
  const reader = new TarReader({
    entry(entry) {
      assert.equal(open, undefined);
      assert.ok(entry.size >= 0 && Number.isSafeInteger(entry.size));
      assert.ok(!entry.name.includes('\0') && !entry.linkName.includes('\0'));
      open = { end: entry.size, position: 0 };
      events.push(`${entry.type} ${entry.name} ${entry.size} ${entry.mtime} ${entry.uid}`);
    },
    data(chunk, start, length, position) {
      assert.ok(open !== undefined && length > 0 && start + length <= chunk.length);
      assert.ok(position >= open.position && position + length <= open.end, 'in order and inside');
      open.position = position + length;
      dataBytes += length;
    },
    entryEnd() {
      assert.ok(open !== undefined);
      open = undefined;
    },
  });
  try {
    for (let at = 0, turn = 0; at < archive.length; turn++) {
      const step = steps[turn % steps.length]!;
      reader.write(archive.subarray(at, at + step));
      at += step;
    }
    reader.finish();
  } catch (error) {
    if (!(error instanceof TarFormatError)) throw error;
    events.push(error.message);
  }
  return { events, dataBytes };
}

const octal = (value: number) => `${Math.max(0, value).toString(8).padStart(11, '0').slice(-11)}\0`;
const text = fc.string({ maxLength: 120, unit: 'binary' });
const number = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.constantFrom(2 ** 31, 2 ** 33, 8 ** 11 - 1),
);
const sparseKey = fc.constantFrom(
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.map',
  'GNU.sparse.offset',
  'GNU.sparse.numbytes',
  'GNU.sparse.size',
  'GNU.sparse.realsize',
  'GNU.sparse.name',
);
const value = fc.oneof(
  text,
  fc.constantFrom('', '0', '1', '-1', '1e9', '18446744073709551616', '0,1,2,3', '5,5,1,1', '1.5.5'),
  number.map(String),
);
const record = fc.tuple(
  fc.oneof(
    sparseKey,
    fc.constantFrom(
      'path',
      'linkpath',
      'size',
      'uid',
      'mtime',
      'SCHILY.xattr.user.a',
      'LIBARCHIVE.xattr.%zz',
    ),
  ),
  value,
);
const bytes = fc.uint8Array({ maxLength: 1500 }).map((data) => Buffer.from(data));

const member = fc
  .record({
    name: text,
    linkName: text,
    typeFlag: fc.oneof(
      fc.constantFrom(...'\x000123456789xgLKSVDNMXA'),
      fc.string({ maxLength: 1, minLength: 1, unit: 'binary' }),
    ),
    magic: fc.constantFrom('ustar\x0000', gnuMagic, '\0\0\0\0\0\0\0\0'),
    size: fc.option(number, { nil: undefined }),
    extents: fc.array(fc.tuple(number, number), { maxLength: 4 }),
    more: fc.boolean(),
  })
  .chain((header) =>
    bytes.map((data) => {
      const { size, extents, more, ...fields } = header;
      const map = extents.map(([offset, length]) => octal(offset) + octal(length)).join('');
      const patches = { 386: map, 482: more ? '\x01' : '\0', 483: octal(extents.length * 100) };
      return rawMember({ ...fields, ...(size === undefined ? {} : { size }), patches }, data);
    }),
  );

const archive = fc
  .array(
    fc.oneof(
      member,
      fc.array(record, { maxLength: 8 }).map((records) => paxHeader(records)),
      bytes,
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => tarOf(parts));

const steps = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
const runs = Number(process.env.BERTH_FUZZ_RUNS ?? 3000);

describe('tar reader under fuzz', () => {
  it('gives members or a format error, the same however the input is cut', () => {
    fc.assert(
      fc.property(archive, steps, (input, sizes) => {
        const whole = read(input, [input.length]);
        assert.deepEqual(read(input, sizes), whole);
        assert.ok(whole.dataBytes <= input.length);
      }),
      { numRuns: runs },
    );
  });

  it('survives damage to good archives', () => {
    const good = tarOf([
      { name: 'dir/', type: 'directory' },
      { name: `${'long/'.repeat(40)}file`, content: 'x'.repeat(700), xattrs: { 'user.a': 'b' } },
      paxHeader([
        ['GNU.sparse.size', '100'],
        ['GNU.sparse.map', '0,2,50,3'],
      ]),
      rawMember({ name: 'sparse' }, 'abcde'),
      rawMember({ typeFlag: 'L', magic: gnuMagic }, 'gnu-long-name\0'),
      rawMember({ name: 'short', magic: gnuMagic }),
    ]);
    const damage = fc.array(
      fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 0, max: 255 })),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(damage, fc.nat({ max: good.length }), steps, (changes, cut, sizes) => {
        const input = Buffer.from(good);
        for (const [at, byte] of changes) input[at] = byte;
        read(input, sizes);
        read(good.subarray(0, cut), sizes);
      }),
      { numRuns: runs },
    );
  });

  it('keeps its memory whatever headers claim', () => {
    const claims = ['x', 'g', 'L', 'K', '0', 'S'].map((typeFlag) =>
      rawMember({ typeFlag, magic: gnuMagic, size: 8 ** 11 - 1 }),
    );
    const before = process.memoryUsage().arrayBuffers;
    for (let turn = 0; turn < 1000; turn++) for (const claim of claims) read(claim, [512]);
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 64 << 20, `${grown} bytes`);
  });
});
