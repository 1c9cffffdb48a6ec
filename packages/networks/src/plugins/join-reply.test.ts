import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCreatedEndpoint, readJoinReply } from './join-reply.ts';

const source = { plugin: 'plug', method: 'NetworkDriver.Join' };
const read = (answer: object) => readJoinReply(source, answer as Record<string, unknown>);
const named = { InterfaceName: { SrcName: 'veth1', DstPrefix: 'eth' } };

test('what a plug-in answers to Join', () => {
  const StaticRoutes = [
    { Destination: '10.9.0.0/16', RouteType: 0, NextHop: '10.1.0.7' },
    { Destination: 'fd09::/64', RouteType: 1, NextHop: '' },
    { Destination: '::/0', RouteType: 0, NextHop: 'fd01::1' },
  ];
  assert.deepEqual(
    read({ ...named, Gateway: '10.1.0.1', StaticRoutes, DisableGatewayService: true }),
    {
      ...{ hostInterface: 'veth1', prefix: 'eth', gateway4: '10.1.0.1', gateway6: 'fd01::1' },
      routes: [{ destination: '10.9.0.0/16', gateway: '10.1.0.7' }, { destination: 'fd09::/64' }],
    },
  );
  assert.deepEqual(
    read({ ...named, StaticRoutes: [{ Destination: '0.0.0.0/0', RouteType: 1 }] }).deviceRoute,
    true,
  );
});

test('answers to Join that cannot be used', () => {
  const route = (item: unknown) => ({ ...named, StaticRoutes: [item] });
  for (const answer of [
    {},
    { InterfaceName: 'veth1' },
    { InterfaceName: { SrcName: '../etc' } },
    { InterfaceName: { SrcName: 'veth1', DstPrefix: 'much-too-long-for-one' } },
    { InterfaceName: { SrcName: 'veth1', DstName: 'a b' } },
    { ...named, Gateway: 'nonsense' },
    { ...named, Gateway: 'fd00::1' },
    { ...named, GatewayIPv6: '10.0.0.1' },
    { ...named, StaticRoutes: 'all' },
    { ...named, StaticRoutes: Array.from({ length: 1001 }, () => ({ Destination: '10.0.0.0/8' })) },
    route(null),
    route({ Destination: '10.0.0.0/99', RouteType: 1 }),
    route({ Destination: '10.0.0.0/8', RouteType: 0 }),
  ]) {
    assert.throws(
      () => read(answer),
      /^EngineError: plugin plug: NetworkDriver.Join: /,
      JSON.stringify(answer),
    );
  }
});

test('a plug-in adds addresses that are missing and changes none', () => {
  const created = (Interface: object, given: { ipv4?: string }) =>
    readCreatedEndpoint(source, { Interface }, given);
  assert.deepEqual(created({ MacAddress: '02:AA:00:00:00:01', Address: '10.1.0.5/24' }, {}), {
    ...{ mac: '02:aa:00:00:00:01', ipv4: '10.1.0.5/24' },
  });
  assert.deepEqual(created({}, { ipv4: '10.1.0.5/24' }), {});
  assert.throws(
    () => created({ Address: '10.1.0.6/24' }, { ipv4: '10.1.0.5/24' }),
    /changed the address/,
  );
  assert.throws(() => created({ AddressIPv6: '10.1.0.6/24' }, {}), /gave the IPv6 address/);
  assert.throws(() => created({ MacAddress: '01:00:00:00:00:01' }, {}), /MAC/i);
});
