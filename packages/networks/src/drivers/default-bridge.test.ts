import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultNetworkConfig, type NetworkConfig } from '../network-config.ts';
import { type HostNetwork, type KnownBridge, planDefaultBridge } from './default-bridge.ts';

const bare: HostNetwork = { links: [], addresses: [], routes: [] };
const bridge = {
  index: 2,
  name: 'docker0',
  kind: 'bridge',
  mtu: 1500,
  up: true,
  mac: '02:42:00:00:00:01',
};
const withBridge: HostNetwork = {
  links: [bridge],
  addresses: [{ linkIndex: 2, address: '172.20.0.1/16' }],
  routes: [{ destination: '172.20.0.0/16', linkIndex: 2, table: 254, family: 4 }],
};
const route = (destination: string) => ({ destination, table: 254, family: 4 as const });
const known: KnownBridge = {
  name: 'docker0',
  mac: bridge.mac,
  subnet: { subnet: '172.18.0.0/16', gateway: '172.18.0.1' },
  inUse: false,
};

function plan(host: HostNetwork, change: Partial<NetworkConfig> = {}, before?: KnownBridge) {
  return planDefaultBridge({ ...defaultNetworkConfig, ...change }, host, before);
}

test('a fresh host: the first pool without a route in it', () => {
  assert.deepEqual(plan(bare), {
    name: 'docker0',
    foreign: false,
    subnet: { subnet: '172.17.0.0/16', gateway: '172.17.0.1' },
  });
  const routed = { ...bare, routes: [route('default'), route('172.17.9.0/24')] };
  assert.equal(plan(routed)?.subnet.subnet, '172.18.0.0/16');
});

test('the subnet of last time is kept, unless the host has come to use it', () => {
  assert.equal(plan(bare, {}, known)?.subnet.subnet, '172.18.0.0/16');
  const routed = { ...bare, routes: [route('172.18.0.0/16')] };
  assert.equal(plan(routed, {}, known)?.subnet.subnet, '172.17.0.0/16');
  assert.equal(plan(routed, {}, { ...known, inUse: true })?.subnet.subnet, '172.18.0.0/16');
});

test('a bridge that is there is adopted; one with containers of another engine is not', () => {
  assert.deepEqual(plan(withBridge)?.subnet, { subnet: '172.20.0.0/16', gateway: '172.20.0.1' });
  const port = { index: 3, name: 'vethx', mtu: 1500, up: true, masterIndex: 2 };
  const crowded = { ...withBridge, links: [bridge, port] };
  assert.equal(plan(crowded)?.name, 'berth0');
  assert.equal(plan(crowded)?.subnet.subnet, '172.17.0.0/16');
  assert.equal(plan(crowded, {}, known)?.name, 'docker0');
});

test('bip, fixed-cidr, default-gateway', () => {
  const config = {
    bridgeAddress: '10.9.0.1/24',
    fixedCidr: '10.9.0.128/25',
    defaultGateway: '10.9.0.254',
  };
  assert.deepEqual(plan(withBridge, config)?.subnet, {
    subnet: '10.9.0.0/24',
    gateway: '10.9.0.1',
    range: '10.9.0.128/25',
    auxiliary: { DefaultGatewayIPv4: '10.9.0.254' },
  });
  assert.equal(plan(bare, { fixedCidr: '10.8.0.0/24' })?.subnet.gateway, '10.8.0.1');
  for (const wrong of [
    { bridgeAddress: 'nonsense' },
    { bridgeAddress: '10.9.0.0/24' },
    { bridgeAddress: '10.9.0.1/24', fixedCidr: '10.8.0.0/24' },
    { bridgeAddress: '10.9.0.1/24', defaultGateway: '10.8.0.1' },
  ]) {
    assert.throws(() => plan(bare, wrong), /^EngineError: (bip|fixed-cidr|default-gateway): /);
  }
});

test('a bridge of the administrator, or none', () => {
  assert.equal(plan(bare, { bridge: 'none' }), undefined);
  assert.throws(() => plan(bare, { bridge: 'br7' }), /must be created manually/);
  const own = { ...withBridge, links: [{ ...bridge, name: 'br7' }] };
  assert.deepEqual(plan(own, { bridge: 'br7' }), {
    name: 'br7',
    foreign: true,
    subnet: { subnet: '172.20.0.0/16', gateway: '172.20.0.1' },
  });
  assert.throws(() => plan({ ...own, addresses: [] }, { bridge: 'br7' }), /has no IPv4 address/);
});

test('no pool is left', () => {
  const full = { ...bare, routes: [route('0.0.0.0/1'), route('128.0.0.0/1')] };
  assert.throws(() => plan(full), /all predefined address pools have been fully subnetted/);
});
