import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { SystemUsageReport } from '@berth/engine-api';
import { runCommand, TestDaemon } from '@berth/testing';

/** The daemon writes a little now and then: the database's log, its own lock. */
const slack = 64 << 10;

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await daemon.dockerOk(['volume', 'create', 'unused']);
  const write =
    'dd if=/dev/zero of=/v/big bs=1M count=3; ln /v/big /v/again; dd if=/dev/zero of=/own bs=1M count=2';
  await daemon.dockerOk([
    ...['run', '-d', '--init', '--name', 'writer', '-v', 'data:/v', 'busybox', 'sh', '-c'],
    `${write}; seq 100000; touch /done; sleep 1000`,
  ]);
  await daemon.dockerOk(['exec', 'writer', 'sh', '-c', 'until [ -e /done ]; do sleep 0.1; done']);
  await daemon.dockerOk(['commit', 'writer', 'second:1']);
});
after(() => daemon[Symbol.asyncDispose]());

async function report(): Promise<SystemUsageReport> {
  const { stdout, stderr } = await daemon.berth(['system', 'df', '--explain', '--format', 'json']);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as SystemUsageReport;
}

async function du(): Promise<number> {
  const { stdout } = await runCommand('du', ['-xs', '--block-size=1', daemon.dataRoot]);
  return Number(stdout.split('\t')[0]);
}

const sum = (entries: SystemUsageReport['Entries']) =>
  entries.reduce((total, { Bytes }) => total + Bytes, 0);

test('every byte is accounted for, each once, while a container runs', async () => {
  const { Bytes, Entries, Root } = await report();
  assert.equal(Root, daemon.dataRoot);
  assert.equal(sum(Entries), Bytes);
  const counted = await du();
  assert.ok(Math.abs(Bytes - counted) <= slack, `${Bytes} bytes, du says ${counted}`);
  const of = (kind: string, name?: string) =>
    Entries.filter(({ Kind, Name }) => Kind === kind && (name === undefined || Name === name));
  assert.deepEqual(of('orphan'), []);
  assert.deepEqual(of('unknown'), []);
  const volume = of('volume', 'data')[0];
  assert.deepEqual(volume?.UsedBy, ['writer']);
  assert.ok((volume?.Bytes ?? 0) >= 3 << 20 && (volume?.Bytes ?? 0) < 4 << 20, 'links count once');
  assert.deepEqual(of('volume', 'unused')[0]?.UsedBy, []);
  const written = sum(of('container', 'writer'));
  assert.ok(written >= 2 << 20 && written < 3 << 20, `the container has ${written} bytes`);
  assert.ok(sum(of('log', 'writer')) > 1 << 20);
  assert.equal(of('layer').length, 2);
  const shared = of('layer').find(({ UsedBy }) => UsedBy.length === 3);
  assert.deepEqual(shared?.UsedBy, ['busybox:latest', 'second:1', 'writer']);
  assert.ok(of('blob').every(({ UsedBy }) => UsedBy.length > 0));
  assert.ok(sum(of('database')) > 0);
});

test('what belongs to nothing is named', async () => {
  const stray = path.join(daemon.dataRoot, 'overlay2', 'f'.repeat(64));
  mkdirSync(stray);
  writeFileSync(path.join(stray, 'file'), Buffer.alloc(100_000));
  writeFileSync(path.join(daemon.dataRoot, 'notes.txt'), 'by hand');
  const { Entries } = await report();
  const told = Entries.map(({ Kind, Path }) => `${Kind} ${Path}`);
  assert.ok(told.includes(`orphan overlay2/${'f'.repeat(64)}`));
  assert.ok(told.includes('unknown notes.txt'));
  const { stdout } = await daemon.berth(['system', 'df', '--explain']);
  assert.match(stdout, /^KIND +ITEMS +FILES +ON DISK +WHAT\n/);
  assert.match(stdout, /\norphan +1 +2 +1\d\d\.?\d*kB +needed by nothing/);
  assert.match(stdout, /\nunknown +notes\.txt +4\.\d+kB +- +notes\.txt\n/);
  assert.doesNotMatch(stdout, /\nvolume +data /);
  const verbose = await daemon.berth(['system', 'df', '--explain', '-v']);
  assert.match(verbose.stdout, /\nvolume +data +3\.\d+MB +writer +volumes\/data\n/);
  const wrong = await daemon.berth(['system', 'df', '--explain', '--format', '{{.Size}}']);
  assert.match(wrong.stderr, /--explain knows the formats table and json/);
});
