import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalIpAddress, parseIpAddress } from './ip-address.ts';
import { formatPrefix, overlaps, parseInterfaceAddress, parsePrefix } from './ip-prefix.ts';

test('addresses are read and written in canonical form', () => {
  const forms: Readonly<Record<string, string | undefined>> = {
    '172.17.0.2': '172.17.0.2',
    '255.255.255.255': '255.255.255.255',
    '2001:DB8:0:0:1::1': '2001:db8::1:0:0:1',
    '::': '::',
    '::1': '::1',
    'fe80::': 'fe80::',
    '::ffff:10.0.0.1': '::ffff:a00:1',
    '1:2:3:4:5:6:7:8': '1:2:3:4:5:6:7:8',
    '1::3:4:5:6:7:8': '1:0:3:4:5:6:7:8',
    '': undefined,
    '1.2.3': undefined,
    '1.2.3.256': undefined,
    '01.2.3.4': undefined,
    '1.2.3.4.5': undefined,
    ':::': undefined,
    '1::2::3': undefined,
    '1:2:3:4:5:6:7': undefined,
    '1:2:3:4:5:6:7:8:9': undefined,
    'fe80::1%eth0': undefined,
    '10.0.0.1:80': undefined,
  };
  for (const [text, canonical] of Object.entries(forms)) {
    assert.equal(canonicalIpAddress(text), canonical, text);
  }
});

test('prefixes', () => {
  const text = (cidr: string) => {
    const prefix = parsePrefix(cidr);
    return prefix === undefined ? undefined : formatPrefix(prefix);
  };
  assert.equal(text('172.17.5.9/16'), '172.17.0.0/16');
  assert.equal(text('fd00::5/64'), 'fd00::/64');
  for (const bad of ['1.2.3.4', '1.2.3.4/33', '1.2.3.4/x', '1.2.3.4/8/8', '::/129']) {
    assert.equal(text(bad), undefined, bad);
  }
  assert.deepEqual(parseInterfaceAddress('10.1.2.3/8')?.address, parseIpAddress('10.1.2.3'));
  const overlap = (a: string, b: string) => {
    const [first, second] = [parsePrefix(a), parsePrefix(b)];
    return first !== undefined && second !== undefined && overlaps(first, second);
  };
  assert.equal(overlap('172.17.0.0/16', '172.17.3.0/24'), true);
  assert.equal(overlap('172.16.0.0/12', '172.17.0.0/16'), true);
  assert.equal(overlap('172.17.0.0/16', '172.18.0.0/16'), false);
  assert.equal(overlap('0.0.0.0/0', '::/0'), false);
});
