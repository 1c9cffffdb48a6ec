import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { runCommand } from '@berth/testing';

const berthd = resolve(import.meta.dirname, '../../bin/berthd');
const folder = mkdtempSync(join(tmpdir(), 'berth-daemon-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const roots = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run')];

function configFile(value: object | string): string {
  const path = join(folder, 'daemon.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

async function validate(file: object | string, args: readonly string[] = []) {
  return runCommand(berthd, ['--validate', '--config-file', configFile(file), ...args]);
}

describe('berthd --validate', () => {
  test('accepts a good configuration and starts nothing', async () => {
    const { code, stdout } = await validate({ debug: true, mtu: 1400, labels: ['a=b'] });
    assert.equal(code, 0);
    assert.equal(stdout, 'configuration OK\n');
  });

  const refused: readonly [string, object | string, string[], RegExp][] = [
    ['an unknown key', { nope: 1 }, [], /don't match any configuration option: nope/],
    ['a wrong type', { mtu: '1400' }, [], /the directive mtu must be a integer, not a string/],
    ['broken JSON', '{"debug": tru', [], /unable to configure the Berth daemon with file/],
    [
      'a key given twice',
      { debug: true },
      ['--debug'],
      /specified both as a flag and in the configuration file: debug: \(from flag: true, from file: true\)/,
    ],
    [
      'an option of later versions',
      {},
      ['--selinux-enabled'],
      /--selinux-enabled .* is not implemented/,
    ],
    [
      'log options that no container could have',
      { 'log-opts': { 'max-size': 'x' } },
      [],
      /invalid value .* for log-opts: invalid size: 'x'/,
    ],
    ['an unknown flag', {}, ['--nope'], /unknown flag: --nope\nSee 'berthd --help'/],
  ];
  for (const [name, file, args, message] of refused) {
    test(`refuses ${name}`, async () => {
      const { code, stderr } = await validate(file, args);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
  }

  test('refuses a named file that is missing', async () => {
    const path = join(folder, 'missing.json');
    const { code, stderr } = await runCommand(berthd, ['--validate', '--config-file', path]);
    assert.equal(code, 1);
    assert.match(stderr, /missing\.json: ENOENT/);
  });
});

test('--version and --help need neither root nor folders', async () => {
  assert.match((await runCommand(berthd, ['--version'])).stdout, /^Berth version \d+\.\d+\.\d+/);
  assert.match((await runCommand(berthd, ['--help'])).stdout, /Usage: {2}berthd \[OPTIONS\]/);
});

describe('a start that must not succeed', () => {
  const start = (args: readonly string[]) =>
    runCommand('unshare', ['--net', berthd, '--config-file', configFile({}), ...roots, ...args]);

  test('TCP without TLS is refused unless it is asked for', async () => {
    const { code, stderr } = await start(['-H', 'tcp://127.0.0.1:0']);
    assert.equal(code, 1);
    assert.match(stderr, /refusing to listen on tcp:\/\/127\.0\.0\.1:0 without TLS/);
  });

  test('an address that cannot be read is named', async () => {
    const { code, stderr } = await start(['-H', 'ftp://x']);
    assert.equal(code, 1);
    assert.match(stderr, /unable to parse listening address ftp:\/\/x: unknown protocol ftp/);
  });

  test('fd:// without a passed socket is refused', async () => {
    const { code, stderr } = await start(['-H', 'fd://']);
    assert.equal(code, 1);
    assert.match(stderr, /no socket was passed by the service manager/);
  });

  test('a chosen group that does not exist is refused', async () => {
    const socket = join(folder, 'group.sock');
    const { code, stderr } = await start(['-H', `unix://${socket}`, '-G', 'no-such-group']);
    assert.equal(code, 1);
    assert.match(stderr, /invalid value "no-such-group" for group: there is no such group/);
  });

  test('a runtime that does not exist is refused', async () => {
    const { code, stderr } = await start(['--default-runtime', 'nope']);
    assert.equal(code, 1);
    assert.match(stderr, /invalid value "nope" for default-runtime: there is no such runtime/);
  });
});
