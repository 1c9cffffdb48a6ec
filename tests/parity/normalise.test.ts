import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalise } from './normalise.ts';
import { untilSame } from './random-order.ts';

test('the racy warnings of a refused copy go, its error stays', () => {
  const warning = (what: string) =>
    `time="2026-11-21T10:00:00Z" level=error msg="Can't ${what}: io: read/write on closed pipe"\n`;
  const told = `exit 1\n\n${warning('add file /etc/hostname to tar')}${warning('close tar writer')}no such directory`;
  assert.equal(normalise(told), 'exit 1\n\nno such directory');
  assert.equal(
    normalise('exit 1\n\n\ntime="x" level=error msg="other"\nno'),
    'exit 1\n\n\ntime="x" level=error msg="other"\nno',
  );
});

test('lists of labels have one order, other lists keep theirs', () => {
  assert.equal(normalise('l1 local tier=db,empty= N/A'), 'l1 local empty=,tier=db N/A');
  assert.equal(normalise('rw,size=1m nosuid,nodev'), 'rw,size=1m nosuid,nodev');
  assert.equal(normalise('80/tcp, 79/tcp'), '80/tcp, 79/tcp');
});

test('what only asks is asked again until both agree, what changes something is done once', async () => {
  let asked = 0;
  const third = async () => ({ ours: 3, theirs: ++asked });
  assert.deepEqual(await untilSame(['inspect', 'x'], third), { ours: 3, theirs: 3 });
  assert.equal(asked, 3);
  await untilSame(['rm', 'x'], third);
  assert.equal(asked, 4);
});

test('answers that never agree are told as they are', async () => {
  const never = async () => ({ ours: 1, theirs: 2 });
  assert.deepEqual(await untilSame(['volume', 'ls'], never), { ours: 1, theirs: 2 });
});
