import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { socketGroup } from './socket-group.ts';

const unknown = 'the group that owns the socket';

test('the group of a socket is named where joining it helps', (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-group-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const [socket, groups] = [path.join(folder, 'd.sock'), path.join(folder, 'group')];
  writeFileSync(socket, '');
  // The group of root is none to join.
  if (statSync(socket).gid === 0) chownSync(socket, 0, 4242);
  const { gid } = statSync(socket);
  writeFileSync(groups, `root:x:0:\ncontainers:x:${gid}:alice\n`);
  chmodSync(socket, 0o660);
  const named = 'the group containers ("usermod -aG containers USER")';
  assert.equal(socketGroup(socket, groups), named);
  chmodSync(socket, 0o600);
  assert.equal(socketGroup(socket, groups), unknown);
  assert.equal(socketGroup(path.join(folder, 'gone'), groups), unknown);
  assert.equal(socketGroup(socket, path.join(folder, 'gone')), unknown);
  assert.equal(socketGroup(undefined), unknown);
});
