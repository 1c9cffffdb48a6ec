import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { readContextArchive, writeContextArchive } from './context-archive.ts';
import { readZip } from './zip-reader.ts';

interface Member {
  readonly name: string;
  readonly content: string;
  readonly method?: 0 | 8;
  readonly mode?: number;
  readonly flags?: number;
  readonly sum?: number;
}

/** A zip archive with local headers, directory and end (APPNOTE.TXT 4.3). */
function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 8, mode = 0, flags = 0, sum } of members) {
    const bytes = Buffer.from(content);
    const body = method === 8 ? deflateRawSync(bytes) : bytes;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(sum ?? crc32(bytes), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = [Buffer.from('PK\x03\x04'), common, Buffer.from(name), body];
    const place = Buffer.alloc(14);
    place.writeUInt32LE((mode << 16) >>> 0, 6);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03'), common, place, Buffer.from(name));
    parts.push(...local);
    offset += local.reduce((total, part) => total + part.length, 0);
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

const meta = JSON.stringify({
  Name: 'far',
  Metadata: { Description: 'elsewhere' },
  Endpoints: { docker: { Host: 'tcp://far:2376', SkipTLSVerify: false } },
});

test('a context comes from a zip as from a tar', () => {
  const read = readContextArchive(
    zip([
      { name: 'meta.json', content: meta },
      { name: 'tls/', content: '', method: 0 },
      { name: 'tls/docker/ca.pem', content: 'certificate', method: 0 },
    ]),
  );
  assert.equal(read.context.Metadata.Description, 'elsewhere');
  assert.equal(read.tls.docker?.['ca.pem']?.toString(), 'certificate');
  assert.deepEqual(readContextArchive(writeContextArchive(read)), read);
});

const refused: readonly (readonly [what: string, archive: Buffer, text: RegExp])[] = [
  ['no end', Buffer.from(`PK\x03\x04${'x'.repeat(100)}`), /it has no end/],
  ['a cut', zip([{ name: 'meta.json', content: meta }]).subarray(0, 60), /it has no end/],
  ['a wrong sum', zip([{ name: 'meta.json', content: meta, sum: 1 }]), /"meta.json" is damaged/],
  ['encryption', zip([{ name: 'meta.json', content: meta, flags: 1 }]), /is encrypted/],
  [
    'a way out',
    zip([{ name: 'tls/../../x', content: 'x' }]),
    /unexpected file "tls\/\.\.\/\.\.\/x"/,
  ],
  [
    'a link',
    zip([{ name: 'tls/docker/ca.pem', content: '/etc/passwd', mode: 0o120777 }]),
    /unexpected file "tls\/docker\/ca\.pem"/,
  ],
  ['no metadata', zip([]), /no metadata found/],
];

for (const [what, archive, text] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(() => readContextArchive(archive), { name: 'CommandError', message: text });
  });
}

test('what would unpack to more than is allowed is refused before it does', () => {
  const bomb = zip([{ name: 'meta.json', content: 'x'.repeat(1_000_000) }]);
  assert.throws(() => readZip(bomb, 1000), /too large/);
});

test('damage anywhere is refused or harmless, never a crash', () => {
  const whole = zip([{ name: 'meta.json', content: meta }]);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    try {
      readContextArchive(damaged);
    } catch (error) {
      assert.equal((error as Error).name, 'CommandError', `byte ${at}: ${error}`);
    }
  }
});
