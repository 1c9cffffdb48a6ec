import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { remappedIds, requirePassable } from './remapped-ids.ts';

let etc = '';
beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'berth-etc-'));
  chmodSync(etc, 0o755);
});
afterEach(() => rmSync(etc, { recursive: true }));

function files(content: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(content)) writeFileSync(join(etc, name), text);
}

test('an empty setting maps nothing', () => {
  assert.equal(remappedIds('', etc), undefined);
});

test('default takes ranges after those of others, once', () => {
  files({ subuid: 'ann:100000:65536', subgid: '' });
  const mappings = remappedIds('default', etc);
  assert.deepEqual(mappings, {
    uids: [{ inside: 0, outside: 165_536, size: 65_536 }],
    gids: [{ inside: 0, outside: 100_000, size: 65_536 }],
  });
  assert.deepEqual(remappedIds('default', etc), mappings);
  assert.equal(
    readFileSync(join(etc, 'subuid'), 'utf8'),
    'ann:100000:65536\ndockremap:165536:65536\n',
  );
});

test('a name finds ranges of its number, and the other way round', () => {
  files({
    passwd: 'ann:x:1000:1000::/:/bin/sh\n',
    group: 'staff:x:50:\n',
    subuid: '1000:200000:10\nann:300000:20\n',
    subgid: 'staff:400000:65536\n',
  });
  const uids = [
    { inside: 0, outside: 200_000, size: 10 },
    { inside: 10, outside: 300_000, size: 20 },
  ];
  const gids = [{ inside: 0, outside: 400_000, size: 65_536 }];
  assert.deepEqual(remappedIds('ann:staff', etc), { uids, gids });
  assert.deepEqual(remappedIds('1000:50', etc), { uids, gids });
});

test('what makes no sense is refused with the reason', () => {
  files({ subuid: 'ann:0:65536\n', subgid: 'ann:100000:65536\n' });
  const cases: readonly (readonly [string, RegExp])[] = [
    ['root', /root cannot be mapped to itself/],
    ['0:0', /root cannot be mapped to itself/],
    ['a:b:c', /must be default, user, user:group/],
    [':x', /must be default/],
    ['bob', /subuid has no range for bob: add a line such as bob:100000:65536/],
    ['ann', /gives ann the ID 0, which is root/],
  ];
  for (const [setting, message] of cases) {
    assert.throws(() => remappedIds(setting, etc), message, setting);
  }
});

test('a folder that others cannot pass is named', () => {
  const folder = join(etc, 'closed', 'data');
  mkdirSync(folder, { recursive: true });
  requirePassable(folder);
  chmodSync(join(etc, 'closed'), 0o750);
  assert.throws(() => requirePassable(folder), {
    message: new RegExp(`${etc}/closed cannot be used`),
  });
});
