import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isErrorOfKind } from '@berth/errors';
import type { NetworkValidation } from '../network-service.ts';
import { macOfAddress, parseMacAddress } from './mac-address.ts';
import { validateSandboxRequest } from './sandbox-request.ts';

const plain: NetworkValidation = {
  networkMode: 'bridge',
  endpoints: {},
  portBindings: {},
  extraHosts: [],
  dns: [],
};

function refusal(change: Partial<NetworkValidation>): string {
  try {
    validateSandboxRequest({ ...plain, ...change });
  } catch (error) {
    assert.ok(isErrorOfKind(error, 'invalid-argument'));
    return error.message;
  }
  return '';
}

test('what may be combined', () => {
  assert.equal(refusal({}), '');
  assert.equal(refusal({ networkMode: 'none', portBindings: { '80/tcp': null } }), '');
  assert.equal(refusal({ networkMode: 'host', hostname: 'h', extraHosts: ['a:1.2.3.4'] }), '');
  assert.equal(refusal({ networkMode: 'container:abc' }), '');
});

test('what may not, in the words of Docker', () => {
  const container = { networkMode: 'container:abc' };
  const conflicts: [Partial<NetworkValidation>, string][] = [
    [{ ...container, hostname: 'h' }, 'hostname and the network mode'],
    [{ ...container, dns: ['1.1.1.1'] }, 'dns and the network mode'],
    [{ ...container, extraHosts: ['a:1.2.3.4'] }, 'custom host-to-IP mapping and the network mode'],
    [{ ...container, macAddress: '02:42:00:00:00:01' }, 'mac-address and the network mode'],
    [
      { ...container, portBindings: { '80/tcp': [{}] } },
      'port publishing and the container type network mode',
    ],
    [
      { ...container, publishAllPorts: true },
      'port publishing and the container type network mode',
    ],
    [
      { ...container, exposedPorts: ['80/tcp'] },
      'port exposing and the container type network mode',
    ],
    [
      { ...container, links: ['a'] },
      "container type network can't be used with links. This would result in undefined behavior",
    ],
    [
      { networkMode: 'host', links: ['a'] },
      "host type networking can't be used with links. This would result in undefined behavior",
    ],
    [{ networkMode: 'host', macAddress: '02:42:00:00:00:01' }, 'mac-address and the network mode'],
  ];
  for (const [change, reason] of conflicts) {
    assert.equal(refusal(change), `conflicting options: ${reason}`);
  }
  assert.match(
    refusal({ networkMode: 'container:' }),
    /^Invalid network mode: invalid container format/,
  );
});

test('bad values', () => {
  assert.equal(refusal({ macAddress: 'zz' }), 'address zz: invalid MAC address');
  assert.equal(refusal({ dns: ['zz'] }), 'invalid IP address: "zz"');
  assert.equal(
    refusal({ portBindings: { '80/tcp': [{ HostPort: '99999' }] } }),
    'invalid port specification: "99999"',
  );
});

test('endpoints of predefined networks take no addresses and no aliases', () => {
  const settings = { IPAMConfig: { IPv4Address: '172.17.0.9' }, Aliases: ['a'] };
  assert.equal(
    refusal({ endpoints: { bridge: settings } }),
    'invalid config for network bridge: invalid endpoint settings:\n' +
      '* user specified IP address is supported on user defined networks only\n' +
      '* network-scoped aliases are only supported for user-defined networks',
  );
  assert.equal(refusal({ networkMode: 'net', endpoints: { net: settings } }), '');
  const wrong = { net: { IPAMConfig: { IPv4Address: 'fd00::1' } } };
  assert.match(refusal({ networkMode: 'net', endpoints: wrong }), /invalid IPv4 address: fd00::1$/);
});

test('MAC addresses', () => {
  assert.equal(parseMacAddress('02-42-AC-11-00-02'), '02:42:ac:11:00:02');
  assert.throws(() => parseMacAddress('03:42:ac:11:00:02'), /invalid MAC address/);
  assert.equal(macOfAddress('172.17.0.2/16'), '02:42:ac:11:00:02');
});
