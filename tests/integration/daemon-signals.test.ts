import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

test('SIGHUP takes over what can change, says so in an event, and keeps the rest', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  const since = String(Date.now() / 1000);
  const file = join(daemon.directory, 'daemon.json');
  writeFileSync(file, JSON.stringify({ labels: ['site=east'], debug: true, mtu: 1400 }));
  process.kill(daemon.pid, 'SIGHUP');
  await eventually(async () => {
    const info = await daemon.dockerOk(['info', '--format', '{{json .Labels}} {{.Debug}}']);
    assert.equal(info, '["site=east"] true');
  });
  await eventually(async () => {
    const events = await daemon.dockerOk([
      ...['events', '--since', since, '--until', String(Date.now() / 1000 + 0.1)],
      ...['--filter', 'type=daemon'],
      ...['--format', '{{.Action}} {{index .Actor.Attributes "labels"}}'],
    ]);
    assert.equal(events, 'reload ["site=east"]');
  });
  assert.match(daemon.log, /Some changes need a restart.*keys=mtu/);
});

test('SIGHUP with a broken file changes nothing', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  writeFileSync(join(daemon.directory, 'daemon.json'), '{"labels": ["a=b"], "nope": 1}');
  process.kill(daemon.pid, 'SIGHUP');
  await eventually(() => assert.match(daemon.log, /Configuration was not reloaded.*nope/));
  assert.equal(await daemon.dockerOk(['info', '--format', '{{json .Labels}}']), '[]');
});

test('SIGUSR1 writes what the daemon is doing to a file', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  const events = spawn('docker', ['-H', daemon.host, 'events'], { stdio: 'ignore' });
  await eventually(() => assert.match(daemon.log, /./));
  await eventually(async () => {
    process.kill(daemon.pid, 'SIGUSR1');
    const name = readdirSync(daemon.execRoot).find((entry) => entry.startsWith('berthd-dump-'));
    assert.ok(name !== undefined, 'no dump yet');
    const dump = JSON.parse(readFileSync(join(daemon.execRoot, name), 'utf8'));
    assert.equal(dump.pid, daemon.pid);
    assert.ok(Array.isArray(dump.requests));
  });
  events.kill();
  await once(events, 'exit');
});

test('SIGTERM ends the daemon with status 0 although clients are still reading', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  const events = spawn('docker', ['-H', daemon.host, 'events'], { stdio: 'ignore' });
  const ended = once(events, 'exit');
  await eventually(async () => {
    const listeners = await daemon.dockerOk(['info', '--format', '{{.NEventsListener}}']);
    assert.equal(listeners, '1');
  });
  assert.equal(await daemon.stopProcess('SIGTERM'), 0);
  await ended;
});
