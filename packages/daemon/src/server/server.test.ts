import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { EngineError } from '@berth/errors';
import { groupId } from './group-id.ts';
import { formatHostAddress, parseHostAddress } from './host-address.ts';
import { InstanceLock } from './instance-lock.ts';
import { removePidFile, writePidFile } from './pid-file.ts';
import { ServiceNotifier } from './service-notifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-server-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('addresses of -H', () => {
  const parse = (host: string) =>
    parseHostAddress(host, { unixPath: '/run/x.sock', tcpPort: 2375 });
  const read: readonly [string, string][] = [
    ['unix:///a/b.sock', 'unix:///a/b.sock'],
    ['unix://', 'unix:///run/x.sock'],
    ['fd://', 'fd://'],
    ['tcp://0.0.0.0:80', 'tcp://0.0.0.0:80'],
    ['tcp://:80', 'tcp://127.0.0.1:80'],
    ['tcp://', 'tcp://127.0.0.1:2375'],
    ['tcp://[::1]:80', 'tcp://[::1]:80'],
    ['localhost:80', 'tcp://localhost:80'],
  ];
  for (const [host, shown] of read) {
    test(`${host} is ${shown}`, () => assert.equal(formatHostAddress(parse(host)), shown));
  }
  for (const host of [
    'ftp://x',
    'unix://relative',
    'tcp://x:99999',
    'tcp://a:b:c',
    `unix:///${'x'.repeat(120)}`,
  ]) {
    test(`${host.slice(0, 20)} is refused`, () => {
      assert.match(
        refusal(() => parse(host)),
        /^unable to parse listening address /,
      );
    });
  }
});

test('groups are found by name and by number', () => {
  const file = join(folder, 'group');
  writeFileSync(file, 'root:x:0:\ndocker:x:998:me,you\n');
  assert.equal(groupId('docker', file), 998);
  assert.equal(groupId('12', file), 12);
  assert.equal(groupId('nobody', file), undefined);
});

describe('the pid file', () => {
  const path = join(folder, 'sub', 'berthd.pid');

  test('replaces a stale one and one of another program', () => {
    writePidFile(path, 10, () => undefined);
    writePidFile(path, 11, () => 'bash');
    assert.equal(readFileSync(path, 'utf8'), '11\n');
  });

  test('refuses one of a running daemon', () => {
    assert.match(
      refusal(() => writePidFile(path, 12, () => 'berthd')),
      /another berthd \(process 11\)/,
    );
  });

  test('removes its own only', () => {
    removePidFile(path, 12);
    assert.equal(existsSync(path), true);
    removePidFile(path, 11);
    assert.equal(existsSync(path), false);
  });
});

test('a lock that somebody holds is refused with the holder, and nothing stays locked', () => {
  const directories = [join(folder, 'data'), join(folder, 'run')];
  writeFileSync(join(folder, 'unused'), '');
  using first = InstanceLock.acquire(directories, { tryLock: () => true });
  assert.ok(first);
  const held = refusal(() => InstanceLock.acquire(directories, { tryLock: () => false }));
  assert.match(held, new RegExp(`data is in use by another berthd \\(process ${process.pid}\\)`));
});

test('a folder that cannot be made is named', () => {
  const file = join(folder, 'plain');
  writeFileSync(file, '');
  const lock = () => InstanceLock.acquire([join(file, 'data')], { tryLock: () => true });
  assert.match(refusal(lock), /^the folder .*plain\/data cannot be used: ENOTDIR/);
});

describe('the service manager', () => {
  test('is told the state in its own words', () => {
    const sent: string[] = [];
    const notifier = new ServiceNotifier(
      { sendDatagram: (_, text) => sent.push(String(text)) },
      '/n',
    );
    notifier.ready();
    notifier.reloading();
    notifier.stopping();
    assert.equal(sent[0], `READY=1\nMAINPID=${process.pid}`);
    assert.match(sent[1] ?? '', /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    assert.equal(sent[2], 'STOPPING=1');
  });

  test('may be gone or absent', () => {
    const broken = {
      sendDatagram: () => {
        throw new Error('gone');
      },
    };
    new ServiceNotifier(broken, '/n').ready();
    new ServiceNotifier(broken, '').ready();
  });
});
