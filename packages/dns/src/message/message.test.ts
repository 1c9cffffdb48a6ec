import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flag, recordType, responseCode } from './constants.ts';
import { encodeName, readName, skipName } from './domain-name.ts';
import { parseQuery } from './query.ts';
import { encodeAnswer, encodeRefusal, relayAnswer } from './response.ts';
import { messageReader, withLength } from './stream-framing.ts';
import { makeQuery, opt } from './testing-query.ts';
import { answersQuery, upstreamQuery } from './upstream-answer.ts';

function parsed(bytes: Buffer) {
  const result = parseQuery(bytes);
  assert.ok(result.kind === 'query');
  return result.query;
}

test('a query with its question and the size that its client takes', () => {
  const query = parsed(
    makeQuery({ id: 7, name: 'WeB.Example', type: 28, additional: [opt(4096)] }),
  );
  assert.deepEqual([query.id, query.name, query.type, query.class], [7, 'web.example', 28, 1]);
  assert.equal(query.edns?.datagramLength, 4096);
  assert.equal(parsed(makeQuery({ name: 'x', additional: [opt(100)] })).edns?.datagramLength, 512);
  assert.equal(parsed(makeQuery({ name: '' })).name, '');
});

test('names are told apart whatever bytes they have', () => {
  const odd = Buffer.from([3, 0x61, 0x2e, 0x62, 1, 0x5c, 0]);
  assert.deepEqual(readName(odd, 0), { name: 'a\\046b.\\092', end: 7 });
  assert.equal(encodeName('a..b'), undefined);
  assert.equal(encodeName('x'.repeat(64)), undefined);
  assert.equal(encodeName(new Array(5).fill('y'.repeat(60)).join('.')), undefined);
  assert.equal(skipName(Buffer.from([1, 0x61, 0xc0, 0x0c]), 0), 4);
  for (const wrong of [[0xc0, 0x0c], [64], [5, 1], []]) {
    assert.throws(() => readName(Buffer.from(wrong), 0), { name: 'DnsFormatError' });
  }
});

test('what is no query is refused or ignored', () => {
  const good = makeQuery({ name: 'web' });
  const changed = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(good);
    change(copy);
    return parseQuery(copy);
  };
  assert.equal(parseQuery(Buffer.alloc(11)).kind, 'ignored');
  assert.equal(changed((copy) => copy.writeUInt16BE(flag.response, 2)).kind, 'ignored');
  const notify = changed((copy) => copy.writeUInt16BE(4 << 11, 2));
  assert.deepEqual(notify, { kind: 'refused', reason: 'operation' });
  const format = { kind: 'refused', reason: 'format' };
  assert.deepEqual(
    changed((copy) => copy.writeUInt16BE(2, 4)),
    format,
  );
  assert.deepEqual(
    changed((copy) => copy.writeUInt16BE(9, 10)),
    format,
  );
  assert.deepEqual(parseQuery(makeQuery({ name: 'x', additional: [opt(512), opt(512)] })), format);
  const refusal = encodeRefusal(makeQuery({ id: 9, name: 'x' }), 'format');
  assert.deepEqual([...refusal.subarray(0, 4)], [0, 9, 0x81, 0x01]);
});

test('an answer repeats the question and holds as many records as fit', () => {
  const record = { type: recordType.a, data: Buffer.from([10, 0, 0, 1]) };
  const query = parsed(makeQuery({ id: 5, name: 'web' }));
  const answer = encodeAnswer(query, { code: responseCode.noError, records: [record] }, 'udp');
  assert.equal(answer.readUInt16BE(2), 0x8180);
  assert.equal(answer.readUInt16BE(6), 1);
  assert.equal(answer.readUInt32BE(query.questionEnd + 6), 600);
  assert.deepEqual([...answer.subarray(-4)], [10, 0, 0, 1]);
  const many = { code: 0, records: new Array(100).fill(record) };
  const cut = encodeAnswer(query, many, 'udp');
  assert.ok(cut.length <= 512 && (cut.readUInt16BE(2) & flag.truncated) !== 0);
  assert.equal(encodeAnswer(query, many, 'tcp').readUInt16BE(6), 100);
  const large = parsed(makeQuery({ name: 'web', additional: [opt(4096)] }));
  const whole = encodeAnswer(large, many, 'udp');
  assert.deepEqual([whole.readUInt16BE(6), whole.readUInt16BE(10)], [100, 1]);
});

test('only the answer to what was asked is taken', () => {
  const query = parsed(makeQuery({ id: 5, name: 'Example.com' }));
  const sent = upstreamQuery(query, 77);
  const answer = Buffer.from(sent);
  answer.writeUInt16BE(0x8180, 2);
  answer.write('EXAMPLE', 13, 'latin1');
  assert.ok(answersQuery(answer, query, 77));
  assert.ok(!answersQuery(answer, query, 78));
  assert.ok(!answersQuery(sent, query, 77));
  const other = Buffer.from(answer);
  other.write('x', 13);
  assert.ok(!answersQuery(other, query, 77));
  assert.ok(!answersQuery(answer.subarray(0, 20), query, 77));
  assert.equal(relayAnswer(query, answer, 'udp').readUInt16BE(0), 5);
  const long = Buffer.concat([answer, Buffer.alloc(600)]);
  const cut = relayAnswer(query, long, 'udp');
  assert.ok(cut.length === query.questionEnd && (cut.readUInt16BE(2) & flag.truncated) !== 0);
  assert.equal(relayAnswer(query, long, 'tcp').length, long.length);
});

test('messages of a stream, however it is cut', () => {
  const stream = Buffer.concat([withLength(Buffer.from('one')), withLength(Buffer.from('three'))]);
  for (const size of [1, 2, 3, 100]) {
    const seen: string[] = [];
    const read = messageReader((message) => seen.push(String(message)));
    for (let at = 0; at < stream.length; at += size) read(stream.subarray(at, at + size));
    assert.deepEqual(seen, ['one', 'three']);
  }
});
