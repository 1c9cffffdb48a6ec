import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from '../message/query.ts';
import { makeQuery } from '../message/testing-query.ts';
import { addressBytes, addressText } from './address-bytes.ts';
import { answerNames } from './answer-names.ts';
import { type NamedAddress, NameIndex } from './name-index.ts';
import type { VisibleNetwork } from './resolve-name.ts';

const endpoint = (
  id: string,
  network: string,
  names: string[],
  address4: string,
): NamedAddress => ({
  ...{ endpointId: id, networkId: `${network}-id`, networkName: network, names, address4 },
});

function visible(...networks: string[]): VisibleNetwork[] {
  return networks.map((name) => ({ id: `${name}-id`, name, links: [] }));
}

function fixture() {
  const index = new NameIndex();
  index.put({ ...endpoint('1', 'blue', ['web', 'WWW', 'abc'], '10.1.0.2'), address6: 'fd00::2' });
  index.put(endpoint('2', 'blue', ['web2', 'www'], '10.1.0.3'));
  index.put(endpoint('3', 'green', ['web', 'a.b'], '10.2.0.2'));
  return index;
}

/** Addresses or names of the answer, sorted; undefined when the question is for others. */
function ask(index: NameIndex, networks: VisibleNetwork[], name: string, type = 1) {
  const parsed = parseQuery(makeQuery({ name, type }));
  assert.ok(parsed.kind === 'query');
  const answer = answerNames(parsed.query, { index, networks, random: () => 0 });
  return answer?.records
    .map(({ data }) => (type === 1 ? data.join('.') : data.toString('hex')))
    .sort();
}

test('names, aliases and names with their network, in any case', () => {
  const index = fixture();
  const both = visible('blue', 'green');
  assert.deepEqual(ask(index, both, 'WEB'), ['10.1.0.2']);
  assert.deepEqual(ask(index, visible('green', 'blue'), 'web'), ['10.2.0.2']);
  assert.deepEqual(ask(index, both, 'www'), ['10.1.0.2', '10.1.0.3']);
  assert.deepEqual(ask(index, both, 'web.green'), ['10.2.0.2']);
  assert.deepEqual(ask(index, both, 'a.b'), ['10.2.0.2']);
  assert.deepEqual(ask(index, both, 'a.b.Green'), ['10.2.0.2']);
  assert.deepEqual(ask(index, both, 'abc'), ['10.1.0.2']);
  for (const unknown of ['nobody', 'web.red', 'web.blue.green', 'web2.green']) {
    assert.equal(ask(index, both, unknown), undefined, unknown);
  }
  assert.equal(ask(index, visible('green'), 'web2'), undefined);
});

test('a known name has no records of other types, and is nobody else’s business', () => {
  const index = fixture();
  assert.deepEqual(ask(index, visible('blue'), 'web', 28), [`fd${'00'.repeat(14)}02`]);
  assert.deepEqual(ask(index, visible('blue'), 'web2', 28), []);
  assert.deepEqual(ask(index, visible('blue'), 'web', 16), []);
  assert.equal(ask(index, visible('blue'), 'example.com', 16), undefined);
});

test('a link is a name for one sandbox, and hides the name in that network', () => {
  const index = fixture();
  const linked = [{ ...visible('blue')[0]!, links: [{ name: 'web2', alias: 'Db' }] }];
  assert.deepEqual(ask(index, linked, 'db'), ['10.1.0.3']);
  assert.deepEqual(ask(index, linked, 'db.blue'), ['10.1.0.3']);
  const hiding = [{ ...visible('blue')[0]!, links: [{ name: 'gone', alias: 'web' }] }];
  assert.equal(ask(index, hiding, 'web'), undefined);
});

test('addresses have the name of their container and network', () => {
  const index = fixture();
  const name = Buffer.from('\x03web\x04blue\x00').toString('hex');
  assert.deepEqual(ask(index, visible('blue'), '2.0.1.10.in-addr.arpa', 12), [name]);
  const nibbles = `2${'.0'.repeat(29)}.d.f.ip6.arpa`;
  assert.deepEqual(ask(index, visible('blue'), nibbles, 12), [name]);
  assert.equal(ask(index, visible('green'), '2.0.1.10.in-addr.arpa', 12), undefined);
  assert.equal(ask(index, visible('blue'), '1.10.in-addr.arpa', 12), undefined);
  assert.equal(ask(index, visible('blue'), '2.0.1.300.in-addr.arpa', 12), undefined);
});

test('what is gone is not answered', () => {
  const index = fixture();
  index.put(endpoint('2', 'blue', ['renamed'], '10.1.0.3'));
  assert.deepEqual(ask(index, visible('blue'), 'www'), ['10.1.0.2']);
  assert.deepEqual(ask(index, visible('blue'), 'renamed'), ['10.1.0.3']);
  index.delete('1');
  index.delete('1');
  assert.equal(ask(index, visible('blue'), 'www'), undefined);
});

test('addresses to bytes and back', () => {
  for (const text of ['fd00::2', '::1', '2001:db8:1:2:3:4:5:6', 'fe80::']) {
    const bytes = addressBytes(text)!;
    const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2));
    assert.equal(addressText(6, groups), text);
  }
  assert.deepEqual([...addressBytes('10.1.2.3')!], [10, 1, 2, 3]);
  assert.equal(addressBytes('web'), undefined);
});
