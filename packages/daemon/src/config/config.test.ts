import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { EngineError } from '@berth/errors';
import { parseConfig } from './config-file.ts';
import { loadConfig, mergeConfig } from './load-config.ts';
import { isOptionKey, optionKeys, optionOf } from './option-table.ts';
import { parseFlags } from './parse-flags.ts';
import { refusals } from './refused-options.ts';
import { reloadConfig } from './reload-config.ts';
import { reloadEvent } from './reload-event.ts';
import { usage } from './usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What dockerd 28 reads from daemon.json on Linux. */
const dockerKeys = `
  allow-direct-routing allow-nondistributable-artifacts api-cors-header authorization-plugins bip bip6 bridge
  bridge-accept-fwmark builder cdi-spec-dirs cgroup-parent containerd containerd-namespace
  containerd-plugins-namespace cpu-rt-period cpu-rt-runtime data-root debug default-address-pools
  default-cgroupns-mode default-gateway default-gateway-v6 default-init default-ipc-mode default-network-opts
  default-runtime default-shm-size default-ulimits dns dns-opts dns-search exec-opts exec-root experimental features
  firewall-backend fixed-cidr fixed-cidr-v6 group host-gateway-ips hosts icc init init-path insecure-registries ip
  ip-forward ip-forward-no-drop ip-masq ip6tables iptables ipv6 labels live-restore log-driver log-format log-level
  log-opts max-concurrent-downloads max-concurrent-uploads max-download-attempts metrics-addr mtu
  network-control-plane-mtu network-diagnostic-port no-new-privileges node-generic-resources oom-score-adjust pidfile
  proxies raw-logs registry-mirrors resolv-conf rootless runtimes seccomp-profile selinux-enabled shutdown-timeout
  storage-driver storage-opts swarm-default-advertise-addr tls tlscacert tlscert tlskey tlsverify userland-proxy
  userland-proxy-path userns-remap`
  .trim()
  .split(/\s+/);

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

  test('the older spelling of host-gateway-ips counts, but not beside it', () => {
    const config = load([], { 'host-gateway-ip': '10.0.0.1' });
    assert.deepEqual(config['host-gateway-ips'], ['10.0.0.1']);
    assert.match(
      refusal(() => load([], { 'host-gateway-ip': '10.0.0.1', 'host-gateway-ips': [] })),
      /cannot specify both "host-gateway-ip" and "host-gateway-ips"/,
    );
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
      ['--label=a=b', '--label=a=c'],
      'invalid value "a=c" for labels: conflict labels for a=c and a=b',
    ],
    [
      ['--feature=cdi=false'],
      'invalid value "cdi=false" for features: devices are always described by specifications',
    ],
    [['--feature=nope'], 'invalid value "nope" for features: there is no such feature'],
    [
      ['--oom-score-adjust=1001'],
      'invalid value "1001" for oom-score-adjust: must be -1000 to 1000',
    ],
    [
      ['-b', 'br0', '--bip', '10.0.0.1/24'],
      'You specified -b & --bip, mutually exclusive options. Please specify only one',
    ],
    [
      ['--selinux-enabled'],
      '--selinux-enabled (set to true) is not implemented by this version of Berth: SELinux labels are not set',
    ],
  ];
  for (const [args, message] of refused) {
    test(`${args.join(' ')} is refused`, () =>
      assert.equal(
        refusal(() => load(args)),
        message,
      ));
  }

  test('every refused option has a reason, and no other', () => {
    const refusedKeys = optionKeys.filter((key) => optionOf(key).unsupported === true);
    assert.deepEqual(Object.keys(refusals).sort(), refusedKeys.toSorted());
  });

  test('every key of dockerd 28 is known', () => {
    const unknown = dockerKeys.filter((key) => !isOptionKey(key));
    assert.deepEqual(unknown, []);
  });

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
