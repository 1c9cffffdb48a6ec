import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatIpAddress, parseIpAddress } from '../ip/ip-address.ts';
import { formatPrefix, type IpPrefix, parsePrefix } from '../ip/ip-prefix.ts';
import { AddressSpace } from './address-space.ts';
import { chooseSubnet, defaultAddressPools } from './choose-subnet.ts';

function prefix(text: string): IpPrefix {
  const parsed = parsePrefix(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

function address(text: string) {
  const parsed = parseIpAddress(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

function next(space: AddressSpace): string {
  const given = space.allocate();
  return typeof given === 'string' ? given : formatIpAddress(given);
}

test('addresses come in sequence; the name and the broadcast address of the subnet never', () => {
  const space = new AddressSpace({ subnet: prefix('10.0.0.0/29') });
  space.reserve(address('10.0.0.1'));
  assert.deepEqual(
    Array.from({ length: 6 }, () => next(space)),
    ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', 'exhausted'],
  );
  space.release(address('10.0.0.4'));
  assert.equal(next(space), '10.0.0.4');
});

test('tiny subnets, IPv6, ranges', () => {
  const pair = new AddressSpace({ subnet: prefix('10.0.0.0/31') });
  assert.deepEqual([next(pair), next(pair), next(pair)], ['10.0.0.0', '10.0.0.1', 'exhausted']);
  assert.equal(next(new AddressSpace({ subnet: prefix('fd00::/64') })), 'fd00::1');
  const ranged = new AddressSpace({
    subnet: prefix('10.0.0.0/24'),
    range: prefix('10.0.0.252/30'),
  });
  const given = Array.from({ length: 4 }, () => next(ranged));
  assert.deepEqual(given, ['10.0.0.252', '10.0.0.253', '10.0.0.254', 'exhausted']);
});

test('an address that is asked for', () => {
  const space = new AddressSpace({ subnet: prefix('10.0.0.0/24') });
  assert.deepEqual(space.reserve(address('10.0.0.7')), address('10.0.0.7'));
  assert.equal(space.reserve(address('10.0.0.7')), 'in-use');
  assert.equal(space.reserve(address('10.0.1.7')), 'outside');
});

test('whatever is taken and given back: no address twice, always the lowest free one', () => {
  const step = fc.oneof(fc.constant<'take'>('take'), fc.nat(13));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const space = new AddressSpace({ subnet: prefix('10.0.0.0/28') });
      const free = new Set(Array.from({ length: 14 }, (_, index) => `10.0.0.${index + 1}`));
      for (const action of steps) {
        if (action === 'take') {
          const expected = [...free].sort((a, b) => Number(a.slice(7)) - Number(b.slice(7)))[0];
          assert.equal(next(space), expected ?? 'exhausted');
          if (expected !== undefined) free.delete(expected);
        } else {
          space.release(address(`10.0.0.${action + 1}`));
          free.add(`10.0.0.${action + 1}`);
        }
      }
      assert.deepEqual(space.counts(), {
        inUse: BigInt(16 - free.size),
        available: BigInt(free.size),
      });
    }),
  );
});

test('the first subnet of the pools that nothing overlaps', () => {
  const choose = (...taken: string[]) => {
    const subnet = chooseSubnet(defaultAddressPools, taken.map(prefix));
    return subnet === undefined ? undefined : formatPrefix(subnet);
  };
  assert.equal(choose(), '172.17.0.0/16');
  assert.equal(choose('172.17.0.0/16', '172.18.4.0/24'), '172.19.0.0/16');
  assert.equal(choose('172.16.0.0/12'), '192.168.0.0/20');
  assert.equal(choose('172.16.0.0/12', '192.168.0.0/24'), '192.168.16.0/20');
  assert.equal(choose('0.0.0.0/1', '128.0.0.0/1'), undefined);
});
