import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress, formatMac, parseAddress, parseMac, parsePrefix } from './ip-address.ts';

describe('addresses', () => {
  it('go to bytes and back in their canonical form', () => {
    for (const [text, canonical] of [
      ['10.0.0.1', '10.0.0.1'],
      ['::', '::'],
      ['::1', '::1'],
      ['fd00::', 'fd00::'],
      ['FD00:0:0:0:0:0:0:5', 'fd00::5'],
      ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
      ['::ffff:10.1.2.3', '::ffff:10.1.2.3'],
      ['64:ff9b::10.1.2.3', '64:ff9b::a01:203'],
    ] as const)
      assert.equal(formatAddress(parseAddress(text)), canonical, text);
  });

  it('refuse what is none', () => {
    for (const text of ['', '10.0.0', '10.0.0.256', '1::2::3', 'fe80::1%eth0', 'localhost'])
      assert.throws(() => parseAddress(text), { code: 'EINVAL' }, text);
  });

  it('carry a prefix length within their family', () => {
    assert.equal(parsePrefix('10.0.0.0/8').length, 8);
    assert.equal(parsePrefix('10.0.0.1').length, 32);
    assert.equal(parsePrefix('fd00::/64').length, 64);
    for (const text of ['10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/x'])
      assert.throws(() => parsePrefix(text), { code: 'EINVAL' }, text);
  });

  it('of hardware have six bytes', () => {
    assert.equal(formatMac(parseMac('02:42:AC:11:00:02')), '02:42:ac:11:00:02');
    for (const text of ['', '02:42', '02-42-ac-11-00-02', 'zz:42:ac:11:00:02'])
      assert.throws(() => parseMac(text), { code: 'EINVAL' }, text);
  });
});
