import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { EngineError } from '@berth/errors';
import { parseConfig } from './config-file.ts';
import { loadConfig, mergeConfig } from './load-config.ts';
import { parseFlags } from './parse-flags.ts';
import { reloadConfig } from './reload-config.ts';
import { reloadEvent } from './reload-event.ts';
import { usage } from './usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function configFile(value: object | string): string {
  const path = join(folder, 'daemon.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

function load(args: readonly string[], file: object | string = {}) {
  return loadConfig(parseFlags(['--config-file', configFile(file), ...args]));
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('flags', () => {
  test('long, short, joined and repeated', () => {
    const flags = parseFlags([
      ...['-H', 'unix:///a', '-Hunix:///b', '-H=unix:///c', '--host', 'fd://'],
      ...['-Dl', 'warn', '--live-restore=false', '--mtu=1400'],
      ...['--add-runtime', 'fast=/usr/bin/fast', '--default-ulimit=nofile=10:20'],
      ...['--log-opt', 'max-size=10m', '--log-opt', 'max-file=3', '--default-shm-size', '128m'],
      ...['--default-address-pool', 'base=10.0.0.0/8,size=24'],
    ]);
    assert.deepEqual(flags, {
      hosts: ['unix:///a', 'unix:///b', 'unix:///c', 'fd://'],
      debug: true,
      'log-level': 'warn',
      'live-restore': false,
      mtu: 1400,
      runtimes: { fast: { path: '/usr/bin/fast' } },
      'default-ulimits': { nofile: { Name: 'nofile', Soft: 10, Hard: 20 } },
      'log-opts': { 'max-size': '10m', 'max-file': '3' },
      'default-shm-size': 134217728,
      'default-address-pools': [{ base: '10.0.0.0/8', size: 24 }],
    });
  });

  const refused: readonly [string[], string][] = [
    [['--nope'], 'unknown flag: --nope'],
    [['-Dx'], "unknown flag: 'x' in -Dx"],
    [['--group'], 'flag needs an argument: --group'],
    [['run'], '"berthd" accepts no arguments, but got "run"'],
    [
      ['--debug=maybe'],
      'invalid argument "maybe" for "--debug" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['--mtu', 'big'],
      'invalid argument "big" for "--mtu" flag: strconv.ParseInt: parsing "big": invalid syntax',
    ],
    [
      ['--default-ulimit', 'nofile=20:10'],
      'invalid argument "nofile=20:10" for "--default-ulimit" flag: ulimit soft limit must be less than or equal to hard limit: 20 > 10',
    ],
  ];
  for (const [args, message] of refused) {
    test(`${args.join(' ')} is refused`, () => {
      assert.equal(
        refusal(() => parseFlags(args)),
        message,
      );
    });
  }

  test('usage names every flag once', () => {
    assert.match(usage(), /-H, --host list\s+Daemon socket/);
    assert.match(usage(), /--selinux-enabled .*not implemented yet/);
  });
});

describe('the configuration file', () => {
  test('an absent default file is an empty configuration', () => {
    assert.equal(mergeConfig({}, {})['data-root'], '/var/lib/berth');
    assert.equal(mergeConfig({}, {})['live-restore'], true);
  });

  test('a named file must be there', () => {
    const path = join(folder, 'missing.json');
    const message = refusal(() => loadConfig({ 'config-file': path }));
    assert.match(message, /^unable to configure the Berth daemon with file .*missing.json: ENOENT/);
  });

  test('an empty file is an empty configuration', () => {
    assert.equal(load([], '').debug, false);
  });

  test('its values are taken, sizes as text too', () => {
    const config = load([], { debug: true, 'default-shm-size': '1g', labels: ['a=b'] });
    assert.equal(config.debug, true);
    assert.equal(config['default-shm-size'], 1024 ** 3);
    assert.deepEqual(config.labels, ['a=b']);
  });

  const refused: readonly [object | string, RegExp][] = [
    [
      { nope: 1, bogus: 2 },
      /the following directives don't match any configuration option: nope, bogus$/,
    ],
    [{ 'config-file': '/x' }, /don't match any configuration option: config-file$/],
    [{ debug: 'yes' }, /the directive debug must be a boolean, not a string$/],
    [{ dns: '1.1.1.1' }, /the directive dns must be a list of strings, not a string$/],
    [
      { 'log-opts': { 'max-file': 3 } },
      /the directive log-opts.max-file must be a string, not a number$/,
    ],
    [{ runtimes: { fast: {} } }, /the directive runtimes.fast must be a object with a path/],
    ['[]', /the configuration is not a JSON object$/],
    ['{', /unable to configure the Berth daemon with file .*JSON/],
  ];
  for (const [file, message] of refused) {
    test(`${JSON.stringify(file)} is refused`, () => {
      assert.match(
        refusal(() => load([], file)),
        message,
      );
    });
  }

  test('a key in the file and on the command line is refused, with both values', () => {
    const message = refusal(() =>
      load(['-D', '-H', 'fd://'], { debug: false, hosts: ['unix:///x'] }),
    );
    assert.match(
      message,
      /the following directives are specified both as a flag and in the configuration file: debug: \(from flag: true, from file: false\), hosts: \(from flag: \[fd:\/\/\], from file: \[unix:\/\/\/x\]\)$/,
    );
  });
});

describe('values', () => {
  const refused: readonly [string[], string][] = [
    [
      ['--log-level=loud'],
      'invalid value "loud" for log-level: must be one of debug, info, warn, error, fatal',
    ],
    [['--data-root=x'], 'invalid value "x" for data-root: an absolute path is needed'],
    [['--dns=localhost'], 'invalid value "localhost" for dns: is not an IP address'],
    [['--label=x'], 'invalid value "x" for labels: bad attribute format: expected key=value'],
    [
      ['--exec-opt=a=b'],
      'invalid value "a=b" for exec-opts: unknown option: only native.cgroupdriver is known',
    ],
    [
      ['-b', 'br0', '--bip', '10.0.0.1/24'],
      'You specified -b & --bip, mutually exclusive options. Please specify only one',
    ],
    [
      ['--selinux-enabled'],
      '--selinux-enabled (set to true) is not implemented by this version of Berth',
    ],
  ];
  for (const [args, message] of refused) {
    test(`${args.join(' ')} is refused`, () =>
      assert.equal(
        refusal(() => load(args)),
        message,
      ));
  }

  test('an unsupported option set to its default is no error', () => {
    assert.equal(load(['--selinux-enabled=false', '--userland-proxy=false']).debug, false);
  });

  test('an unsupported option of the file is named as such', () => {
    assert.match(
      refusal(() => load([], { bip6: 'x' })),
      /^--bip6/,
    );
  });

  test('bad values fail in the file too', () => {
    assert.match(
      refusal(() => parseConfig('{"mtu": 1.5}')),
      /the directive mtu must be a integer/,
    );
  });
});

test('a reload takes over what can change and names what cannot', () => {
  const current = load([], {});
  const loaded = load([], { debug: true, labels: ['a=b'], mtu: 1400 });
  const { config, changed, ignored } = reloadConfig(current, loaded);
  assert.deepEqual([changed, ignored], [['debug', 'labels'], ['mtu']]);
  assert.equal(config.debug, true);
  assert.equal(config.mtu, 1500);
  const { attributes } = reloadEvent('id', config);
  assert.equal(attributes.debug, 'true');
  assert.equal(attributes.labels, '["a=b"]');
});
