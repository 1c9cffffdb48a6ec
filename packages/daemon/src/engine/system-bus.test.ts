import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemBusPath } from './system-bus.ts';

test('where the system bus is', () => {
  const wellKnown = '/run/dbus/system_bus_socket';
  for (const [address, path] of [
    [undefined, wellKnown],
    ['', wellKnown],
    ['tcp:host=localhost,port=1', wellKnown],
    ['unix:path=/a/bus', '/a/bus'],
    ['unix:guid=12,path=/a/bus', '/a/bus'],
    ['tcp:host=x;unix:path=/with%20space,guid=1', '/with space'],
  ] as const) {
    assert.equal(systemBusPath(address), path, address);
  }
});
