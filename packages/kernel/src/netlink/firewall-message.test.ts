import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFirewallChanges } from './firewall-message.ts';

function message(type: number, family: number, texts: readonly string[], port = 42): Buffer {
  const attributes = texts.map((text, index) => {
    const value = Buffer.from(`${text}\0`);
    const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
    bytes.writeUInt16LE(4 + value.length, 0);
    bytes.writeUInt16LE(index + 1, 2);
    value.copy(bytes, 4);
    return bytes;
  });
  const body = Buffer.concat([Buffer.from([family, 0, 0, 0]), ...attributes]);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeUInt16LE((10 << 8) | type, 4);
  header.writeUInt32LE(port, 12);
  return Buffer.concat([header, body]);
}

test('changes with their table, however the stream is cut', () => {
  const stream = Buffer.concat([
    message(2, 1, ['berth']),
    message(8, 2, ['filter', 'INPUT'], 7),
    message(14, 7, ['berth', 'isolated']),
    message(15, 0, []),
    Buffer.from('10000000040000000000000000000000', 'hex'),
  ]);
  const expected = [
    { kind: 'removed', object: 'table', family: 'inet', table: 'berth', port: 42 },
    { kind: 'removed', object: 'rule', family: 'ip', table: 'filter', chain: 'INPUT', port: 7 },
    { kind: 'removed', object: 'element', family: 'bridge', table: 'berth', port: 42 },
    { kind: 'lost', object: 'other', family: '', table: '', port: 0 },
  ];
  assert.deepEqual(decodeFirewallChanges(stream).changes, expected);
  for (const size of [1, 7, 40]) {
    let rest: Buffer = Buffer.alloc(0);
    const seen = [];
    for (let at = 0; at < stream.length; at += size) {
      const decoded = decodeFirewallChanges(Buffer.concat([rest, stream.subarray(at, at + size)]));
      seen.push(...decoded.changes);
      rest = decoded.rest;
    }
    assert.deepEqual(seen, expected);
  }
});

test('no bytes make it fail or stand still', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    assert.ok(decodeFirewallChanges(Buffer.from(bytes)).rest.length <= bytes.length);
  });
  fc.assert(property);
});
