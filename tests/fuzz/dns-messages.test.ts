import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerMessage, NameIndex } from '@berth/dns';
import { parseQuery } from '@berth/dns/message/query.ts';
import { makeQuery, opt } from '@berth/dns/message/testing-query.ts';
import { answersQuery } from '@berth/dns/message/upstream-answer.ts';
import fc from 'fast-check';

const index = new NameIndex();
index.put({
  ...{ endpointId: 'e', networkId: 'n', networkName: 'net', names: ['web', 'www.web'] },
  ...{ address4: '10.0.0.2', address6: 'fd00::2' },
});
const view = {
  ...{ index, networks: [{ id: 'n', name: 'net', links: [] }], random: () => 0.5 },
  ...{ servers: [{ address: '192.0.2.1', fromHost: false }], completesWords: false },
};

/** A query with some of its bytes changed, cut or continued. */
const mutated = fc
  .record({
    name: fc.constantFrom('web', 'WEB.net', 'www.web', '2.0.0.10.in-addr.arpa', 'example.com', ''),
    type: fc.constantFrom(1, 12, 16, 28, 33, 255),
    size: fc.integer({ min: 0, max: 65_535 }),
    edits: fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
    cut: fc.nat(80),
    tail: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ name, type, size, edits, cut, tail }) => {
    const bytes = Buffer.concat([makeQuery({ name, type, additional: [opt(size)] }), tail]);
    for (const [at, byte] of edits) if (at < bytes.length) bytes[at] = byte;
    return bytes.subarray(0, bytes.length - (cut > 60 ? cut - 60 : 0));
  });
const anything = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));

test('whatever a container sends, the answer is none or one to it', async () => {
  let forwarded: string[] = [];
  const forwarder = {
    forward: async (query: { name: string }) => {
      forwarded.push(query.name);
      return undefined;
    },
  };
  const property = fc.asyncProperty(
    fc.oneof(mutated, anything),
    fc.constantFrom('udp' as const, 'tcp' as const),
    async (message, transport) => {
      forwarded = [];
      const before = Buffer.from(message);
      const answer = await answerMessage(message, transport, view, forwarder);
      assert.ok(before.equals(message));
      assert.ok(!forwarded.some((name) => ['web', 'web.net', 'www.web'].includes(name)));
      if (answer === undefined) return;
      assert.equal(answer.readUInt16BE(0), message.readUInt16BE(0));
      assert.ok((answer.readUInt16BE(2) & 0x8000) !== 0);
      assert.ok(transport === 'tcp' || answer.length <= 65_535);
    },
  );
  await fc.assert(property, { numRuns: 3000 });
});

test('whatever a server sends, it is told from an answer without failing', () => {
  const parsed = parseQuery(makeQuery({ name: 'example.com' }));
  assert.ok(parsed.kind === 'query');
  const property = fc.property(fc.oneof(mutated, anything), fc.nat(65_535), (message, id) => {
    assert.equal(typeof answersQuery(message, parsed.query, id), 'boolean');
  });
  fc.assert(property, { numRuns: 3000 });
});
