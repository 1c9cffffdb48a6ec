import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { PluginClient } from './plugin-client.ts';
import { PluginRegistry } from './plugin-registry.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'berth-plugins-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a plug-in whose answer trickles without an end is given up', async () => {
  const socket = path.join(directory, 'slow.sock');
  const slow = http.createServer((_, response) => {
    const drip = setInterval(() => response.write(' '), 5);
    response.once('close', () => clearInterval(drip));
  });
  slow.listen(socket);
  await new Promise((resolve) => slow.once('listening', resolve));
  const client = new PluginClient('slow', `unix://${socket}`, 100);
  await assert.rejects(client.implements(), /Plugin.Activate: it does not answer/);
  slow.close();
});

test('sockets, specifications and descriptions of plug-ins', () => {
  writeFileSync(path.join(directory, 'a.spec'), 'tcp://127.0.0.1:99\n');
  writeFileSync(path.join(directory, 'b.json'), '{"Name":"b","Addr":"unix:///run/b.sock"}');
  writeFileSync(path.join(directory, 'c.json'), 'nonsense');
  const registry = new PluginRegistry([directory]);
  assert.equal(registry.get('a')?.address, 'tcp://127.0.0.1:99');
  assert.equal(registry.get('b')?.address, 'unix:///run/b.sock');
  assert.equal(registry.get('c'), undefined);
  assert.equal(registry.get('../a'), undefined);
  assert.equal(registry.get('a'), registry.get('a'));
  assert.deepEqual([...registry.names()].sort(), ['a', 'b', 'c']);
});
