import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  directory,
  gnuMagic,
  type Member,
  paxHeader,
  rawMember,
  tarOf,
} from '../testsuite/tar-archive.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarFormatError } from './tar-format-error.ts';
import { TarReader } from './tar-reader.ts';

interface Read extends TarEntry {
  /** The whole file with holes filled by zeros. */
  readonly content: string;
}

function read(archive: Buffer, step = archive.length): Read[] {
  const entries: Read[] = [];
  let entry: TarEntry | undefined;
  let content = Buffer.alloc(0);
  const reader = new TarReader({
    entry(next) {
      assert.equal(entry, undefined, 'the entry before was ended');
      entry = next;
      content = Buffer.alloc(Math.min(next.size, 1 << 20));
    },
    data(chunk, start, length, position) {
      chunk.copy(content, position, start, start + length);
    },
    entryEnd() {
      entries.push({ ...entry!, content: content.toString('latin1') });
      entry = undefined;
    },
  });
  for (let at = 0; at < archive.length; at += step) reader.write(archive.subarray(at, at + step));
  reader.finish();
  return entries;
}

function fails(archive: Buffer, message: RegExp): void {
  assert.throws(
    () => read(archive),
    (error: unknown) => {
      assert.ok(error instanceof TarFormatError, String(error));
      assert.match(error.message, message);
      return true;
    },
  );
}

const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;

describe('tar reader', () => {
  it('reads back what the writer makes, however the input is cut', () => {
    const members: Member[] = [
      directory('usr', { mode: 0o1777, uid: 1, gid: 2 }),
      { name: 'usr/empty' },
      { name: 'usr/file', content: 'x'.repeat(1500), mtime: [1_600_000_000, 123_456_789] },
      { name: `${'long/'.repeat(60)}name`, content: 'deep' },
      { name: `usr/${'é'.repeat(120)}`, content: 'utf-8' },
      { name: 'caf\xe9', content: 'not utf-8' },
      { name: 'link', type: 'symlink', linkName: 't'.repeat(300) },
      { name: 'hard', type: 'hard-link', linkName: 'usr/file' },
      { name: 'null', type: 'char', major: 1, minor: 300 },
      { name: 'pipe', type: 'fifo', mtime: [-5, 250_000_000] },
      { name: 'big-owner', uid: 4_000_000_000, gid: 2 ** 21 },
      { name: 'caps', xattrs: { 'security.capability': '\x01\x00\x02=\n', 'user.z': '' } },
    ];
    const archive = tarOf(
      members.map((member) => ({ ...member, name: Buffer.from(member.name).toString('latin1') })),
    );
    const whole = read(archive);
    for (const step of [1, 7, 511, 512, 513, 4096]) assert.deepEqual(read(archive, step), whole);
    for (const [index, member] of members.entries()) {
      const entry = whole[index]!;
      assert.equal(entry.name, Buffer.from(member.name).toString('latin1'));
      assert.equal(entry.type, member.type ?? 'file');
      assert.equal(entry.content, member.content ?? '');
      assert.equal(entry.linkName, member.linkName ?? '');
      assert.deepEqual(entry.mtime, member.mtime ?? [1_600_000_000, 0]);
      assert.equal(entry.uid, member.uid ?? 0);
      assert.equal(entry.gid, member.gid ?? 0);
      assert.equal(entry.minor, member.minor ?? 0);
    }
    assert.equal(
      whole.at(-1)!.xattrs.get('security.capability')!.toString('latin1'),
      '\x01\x00\x02=\n',
    );
    assert.equal(whole.at(-1)!.xattrs.get('user.z')!.length, 0);
  });

  it('reads GNU long names and links, which win over PAX', () => {
    const name = `${'g'.repeat(200)}/file`;
    const archive = tarOf([
      paxHeader([['path', 'from-pax']]),
      rawMember({ typeFlag: 'L', name: '././@LongLink', magic: gnuMagic }, `${name}\0`),
      rawMember({ typeFlag: 'K', name: '././@LongLink', magic: gnuMagic }, `${'t'.repeat(150)}\0`),
      rawMember({ typeFlag: '2', name: 'short', linkName: 'short', magic: gnuMagic }),
      rawMember({ name: 'next' }),
    ]);
    const [first, next] = read(archive);
    assert.equal(first!.name, name);
    assert.equal(first!.linkName, 't'.repeat(150));
    assert.equal(next!.name, 'next', 'extensions belong to one member only');
  });

  it('reads base-256 numbers', () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size.writeUInt32BE(5, 8);
    const before1970 = Buffer.alloc(12, 0xff);
    const [entry] = read(
      tarOf([rawMember({ magic: gnuMagic, patches: { 124: size, 136: before1970 } }, 'hello')]),
    );
    assert.equal(entry!.content, 'hello');
    assert.deepEqual(entry!.mtime, [-1, 0]);
  });

  it('knows directories of archives older than ustar, and the prefix of ustar only', () => {
    const old = { magic: '\0'.repeat(8), typeFlag: '\0' };
    const prefix = { patches: { 345: 'some/prefix' } };
    const entries = read(
      tarOf([
        rawMember({ ...old, name: 'dir/' }),
        rawMember({ ...old, name: 'file' }),
        rawMember({ name: 'a', ...prefix }),
        rawMember({ name: 'b', magic: gnuMagic, ...prefix }),
        rawMember({ name: 'c', typeFlag: '7' }, 'contiguous'),
      ]),
    );
    assert.deepEqual(
      entries.map(({ name, type }) => [name, type]),
      [
        ['dir/', 'directory'],
        ['file', 'file'],
        ['some/prefix/a', 'file'],
        ['b', 'file'],
        ['c', 'file'],
      ],
    );
  });

  it('ignores global headers, volume labels and the size of what has no data', () => {
    const archive = tarOf([
      paxHeader(
        [
          ['path', 'everywhere'],
          ['comment', 'x'],
        ],
        'g',
      ),
      rawMember({ name: 'label', typeFlag: 'V', magic: gnuMagic }),
      rawMember({ name: 'listing', typeFlag: 'D', magic: gnuMagic }, 'Yfile\0'),
      rawMember({ name: 'dir', typeFlag: '5', size: 12_345 }),
      rawMember({ name: 'hard', typeFlag: '1', linkName: 'dir', size: 99 }),
      rawMember({ name: 'file' }, 'data'),
    ]);
    assert.deepEqual(
      read(archive).map(({ name, size }) => [name, size]),
      [
        ['dir', 0],
        ['hard', 0],
        ['file', 4],
      ],
    );
  });

  it('reads xattrs of libarchive', () => {
    const value = Buffer.from('binary\0value').toString('base64');
    const [entry] = read(
      tarOf([paxHeader([['LIBARCHIVE.xattr.user.na%3Dme', value]]), rawMember({})]),
    );
    assert.equal(entry!.xattrs.get('user.na=me')!.toString(), 'binary\0value');
  });

  it('accepts signed checksums, a single zero block and a missing end', () => {
    const member = rawMember({ name: 'caf\xe9' }, 'x');
    const signed = Buffer.from(member);
    const sum = signed.subarray(0, 512).reduce((total, byte, at) => {
      if (at >= 148 && at < 156) return total + 0x20;
      return total + (byte > 127 ? byte - 256 : byte);
    }, 0);
    signed.write(octal(sum, 7), 148, 'latin1');
    for (const archive of [tarOf([signed]), member, Buffer.concat([member, Buffer.alloc(512)])]) {
      assert.equal(read(archive)[0]!.name, 'caf\xe9');
    }
    assert.deepEqual(read(Buffer.alloc(0)), []);
  });

  it('stops at the end mark', () => {
    const archive = Buffer.concat([tarOf([rawMember({})]), rawMember({ name: 'after' })]);
    assert.equal(read(archive).length, 1);
  });
});

describe('tar reader, sparse files', () => {
  const content = (pieces: readonly (readonly [number, string])[], size: number) => {
    const whole = Buffer.alloc(size);
    for (const [at, text] of pieces) whole.write(text, at);
    return whole.toString('latin1');
  };

  it('reads the old GNU format with extension blocks', () => {
    const pairs = Array.from({ length: 30 }, (_, index) => [index * 10, 2] as const);
    const text = (list: readonly (readonly [number, number])[]) =>
      list.map(([offset, length]) => octal(offset, 12) + octal(length, 12)).join('');
    const header = rawMember({
      typeFlag: 'S',
      magic: gnuMagic,
      size: 60,
      patches: { 386: text(pairs.slice(0, 4)), 482: '\x01', 483: octal(1000, 12) },
    });
    const block = (list: readonly (readonly [number, number])[], more: boolean) => {
      const bytes = Buffer.alloc(512);
      bytes.write(text(list), 'latin1');
      bytes[504] = more ? 1 : 0;
      return bytes;
    };
    const data = Buffer.alloc(512);
    data.write('ab'.repeat(30));
    const parts = [header, block(pairs.slice(4, 25), true), block(pairs.slice(25), false), data];
    const [entry, next] = read(tarOf([...parts, rawMember({ name: 'next' })]), 100);
    assert.equal(entry!.size, 1000);
    assert.equal(
      entry!.content,
      content(
        pairs.map(([at]) => [at, 'ab']),
        1000,
      ),
    );
    assert.equal(next!.name, 'next');
  });

  it('reads PAX formats 0.0, 0.1 and 1.0', () => {
    const size: [string, string] = ['GNU.sparse.size', '20'];
    const version0 = paxHeader([
      size,
      ['GNU.sparse.numblocks', '2'],
      ['GNU.sparse.offset', '1'],
      ['GNU.sparse.numbytes', '2'],
      ['GNU.sparse.offset', '10'],
      ['GNU.sparse.numbytes', '3'],
    ]);
    const version1 = paxHeader([
      size,
      ['GNU.sparse.numblocks', '2'],
      ['GNU.sparse.map', '1,2,10,3'],
      ['GNU.sparse.name', 'named'],
    ]);
    const version2 = paxHeader([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.name', 'named'],
      ['GNU.sparse.realsize', '20'],
    ]);
    const map = Buffer.alloc(512);
    map.write('2\n1\n2\n10\n3\n');
    const archive = tarOf([
      version0,
      rawMember({ name: 'named' }, 'abcde'),
      version1,
      rawMember({}, 'abcde'),
      version2,
      rawMember({ name: 'GNUSparseFile.0/x' }, Buffer.concat([map, Buffer.from('abcde')])),
    ]);
    const entries = read(archive, 300);
    assert.equal(entries.length, 3);
    for (const entry of entries) {
      assert.equal(entry.name, 'named');
      assert.equal(
        entry.content,
        content(
          [
            [1, 'ab'],
            [10, 'cde'],
          ],
          20,
        ),
      );
    }
  });

  it('refuses maps that overlap, leave the file or disagree with the data', () => {
    const member = (map: string, data = 'abcde') =>
      tarOf([
        paxHeader([
          ['GNU.sparse.size', '20'],
          ['GNU.sparse.map', map],
        ]),
        rawMember({}, data),
      ]);
    for (const map of ['1,2,2,3', '10,3,1,2', '1,2,18,3', '1,2', '1', '1,-2,3,7', 'a,b', '']) {
      fails(member(map), /sparse|PAX/);
    }
    fails(member('1,2,10,3', 'abcdef'), /sparse/);
  });

  it('refuses endless maps early', () => {
    const version2 = paxHeader([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.realsize', '20'],
    ]);
    const count = Buffer.alloc(512, '9\n');
    count.write('9999999999\n');
    fails(tarOf([version2, rawMember({}, count)]), /too many extents/);
    fails(tarOf([version2, rawMember({}, Buffer.alloc(1024, '1'))]), /malformed map/);
  });
});

describe('tar reader, hostile input', () => {
  it('refuses extension headers that claim a gigabyte before reading them', () => {
    for (const typeFlag of ['x', 'g', 'L', 'K']) {
      fails(rawMember({ typeFlag, size: 1 << 30 }), /larger than the limit/);
    }
  });

  it('refuses cut-off archives', () => {
    const archive = tarOf([rawMember({}, 'x'.repeat(600))]);
    for (const length of [100, 512, 1000]) fails(archive.subarray(0, length), /unexpected end/);
    fails(paxHeader([['path', 'x']]), /unexpected end/);
  });

  it('refuses broken headers', () => {
    const broken = rawMember({});
    broken[0] = 0x7a;
    fails(broken, /checksum/);
    fails(Buffer.alloc(1024, 'x'), /octal|checksum/);
    fails(Buffer.concat([Buffer.alloc(512), rawMember({})]), /zero block/);
    fails(rawMember({ typeFlag: 'q' }), /not supported/);
    fails(rawMember({ typeFlag: 'S' }), /sparse/);
    fails(rawMember({ patches: { 124: Buffer.alloc(12, 0xff) } }), /negative/);
    fails(
      rawMember({ patches: { 124: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xee)]) } }),
      /too large/,
    );
  });

  it('refuses malformed PAX records', () => {
    const payloads = [
      '5 a=b\n',
      '6 a=b',
      '7 =bbb\n',
      'x a=b\n',
      '999 a=b\n',
      '10 path=a\0\n',
      '-6 a=b\n',
      '99999999999 a=b\n',
    ];
    for (const payload of payloads) {
      fails(tarOf([rawMember({ typeFlag: 'x' }, payload), rawMember({})]), /PAX/);
    }
    for (const record of [
      ['size', 'x'],
      ['size', '99999999999999999999'],
      ['uid', '1e3'],
      ['mtime', '1,5'],
      ['size', '-1'],
    ] as const) {
      fails(tarOf([paxHeader([record]), rawMember({})]), /PAX|negative/);
    }
  });
});
