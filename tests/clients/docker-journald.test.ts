import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';
import { PrivateJournal } from './private-journal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'berth-journal-'));
let journal: PrivateJournal;
let daemon: TestDaemon;
before(async () => {
  journal = await PrivateJournal.start(folder);
  daemon = await TestDaemon.start({ mountNamespace: journal.mountNamespace });
});
after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await journal?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Numbers that a container has counted up to, in the order in which the journal has them. */
async function numbersOf(name: string): Promise<number[]> {
  const entries = await journal.entries(`CONTAINER_NAME=${name}`);
  return entries.map(({ MESSAGE }) => Number(String(MESSAGE).replace('n=', '')));
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

const counting = 'i=0; while :; do i=$((i+1)); echo n=$i; sleep 0.01; done';

test("entries stand in systemd's journal with their fields and bytes", async () => {
  const options = [
    '--log-driver',
    'journald',
    '--log-opt',
    'labels=tier',
    '--log-opt',
    'tag=my-tag',
  ];
  const script = 'echo out; echo err >&2; printf "\\377x\\n"; printf end';
  const named = ['--name', 'fields', '--label', 'tier=a b', ...options];
  await daemon.dockerOk(['run', ...named, 'busybox', 'sh', '-c', script]);
  await eventually(async () => {
    const entries = await journal.entries('CONTAINER_NAME=fields');
    const byMessage = new Map(entries.map((entry) => [JSON.stringify(entry['MESSAGE']), entry]));
    const out = byMessage.get('"out"');
    const id = await daemon.dockerOk(['inspect', '-f', '{{.Id}}', 'fields']);
    assert.equal(out?.['PRIORITY'], '6');
    assert.equal(out['CONTAINER_ID_FULL'], id);
    assert.equal(out['CONTAINER_ID'], id.slice(0, 12));
    assert.equal(out['CONTAINER_TAG'], 'my-tag');
    assert.equal(out['SYSLOG_IDENTIFIER'], 'my-tag');
    assert.equal(out['IMAGE_NAME'], 'busybox');
    assert.equal(out['TIER'], 'a b');
    assert.equal(byMessage.get('"err"')?.['PRIORITY'], '3');
    assert.ok(byMessage.has('[255,120]'), [...byMessage.keys()].join());
    assert.equal(byMessage.get('"end"')?.['CONTAINER_PARTIAL_MESSAGE'], 'true');
    assert.equal(entries.length, 4);
  });
  // The two streams may be read in either order.
  const logs = await daemon.docker(['logs', '--details', 'fields']);
  assert.match(logs.stdout, /^tag=my-tag,tier=a\+b out\n/);
  assert.match(logs.stdout, /\ntag=my-tag,tier=a\+b end$/);
  assert.equal(logs.stderr, 'tag=my-tag,tier=a+b err\n');
});

test('nothing is lost while the journal or the daemon is away', async () => {
  const options = ['--log-driver', 'journald'];
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'counts',
    ...options,
    'busybox',
    'sh',
    '-c',
    counting,
  ]);
  await eventually(async () => assert.ok((await numbersOf('counts')).length > 20));
  await journal.stopProcess();
  const logged = async () => (await daemon.dockerOk(['logs', 'counts'])).split('\n').length;
  const before = await logged();
  await eventually(async () => assert.ok((await logged()) > before + 20));
  await journal.startProcess();
  await eventually(async () => assert.ok((await numbersOf('counts')).length > before + 20));
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  const sent = (await numbersOf('counts')).length;
  await eventually(async () => assert.ok((await numbersOf('counts')).length > sent + 20));
  await daemon.dockerOk(['stop', '-t', '0', 'counts']);
  const last = await logged();
  await eventually(async () => {
    const numbers = await numbersOf('counts');
    assert.deepEqual([...new Set(numbers)], upTo(last));
    // One batch may come twice; at this pace a batch has an entry or a few.
    assert.ok(numbers.length - last <= 200, `${numbers.length} entries for ${last} lines`);
  });
  await daemon.dockerOk(['rm', 'counts']);
});
