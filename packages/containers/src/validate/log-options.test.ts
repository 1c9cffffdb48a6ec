import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logAttributes } from './log-attributes.ts';
import { parseLogOptions } from './log-options.ts';

const mib = 1 << 20;
const facts = {
  id: 'c'.repeat(64),
  name: 'web',
  imageId: `sha256:${'a'.repeat(64)}`,
  imageName: 'busybox',
  command: 'sh -c x',
};

test('logs are bounded unless told otherwise', () => {
  const limits = (Type: string, Config = {}) => {
    const { maxSize, maxFiles } = parseLogOptions({ Type, Config });
    return [maxSize, maxFiles];
  };
  assert.deepEqual(limits('json-file'), [100 * mib, 5]);
  assert.deepEqual(limits(''), [100 * mib, 5]);
  assert.deepEqual(limits('json-file', { 'max-size': '-1' }), [undefined, 1]);
  assert.deepEqual(limits('json-file', { 'max-size': '1m' }), [mib, 1]);
  assert.deepEqual(limits('json-file', { 'max-size': '1m', 'max-file': '3' }), [mib, 3]);
  assert.deepEqual(limits('local'), [20 * mib, 5]);
  assert.deepEqual(limits('local', { 'max-file': '2', compress: 'false' }), [20 * mib, 2]);
});

test('what each driver does not know is refused', () => {
  const parse = (Type: string, Config: Record<string, string>) => () =>
    parseLogOptions({ Type, Config });
  assert.throws(parse('json-file', { size: '1' }), {
    message: "unknown log opt 'size' for json-file log driver",
  });
  assert.throws(parse('local', { size: 'x' }), {
    message: "unknown log opt 'size' for log driver local",
  });
  assert.throws(parse('json-file', { 'max-file': '2' }), /when max-size is not set/);
  assert.throws(parse('json-file', { tag: '{{.Nope}}' }), /invalid log tag/);
  assert.throws(parse('json-file', { 'env-regex': '(' }), /invalid env-regex/);
});

test('wrong values are told in the words of Docker', () => {
  const compressed = 'compress cannot be true when max-file is less than 2 or max-size is not set';
  const wrong: readonly (readonly [
    driver: string,
    options: Record<string, string>,
    text: string,
  ])[] = [
    ['json-file', { compress: 'x' }, 'strconv.ParseBool: parsing "x": invalid syntax'],
    ['json-file', { compress: 'true', 'max-size': '1m' }, compressed],
    ['json-file', { compress: 'true', 'max-size': '-1' }, compressed],
    ['json-file', { mode: 'x' }, 'logger: logging mode not supported: x'],
    [
      'syslog',
      { 'max-buffer-size': '1m' },
      "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
    ],
    [
      'json-file',
      { mode: 'non-blocking', 'max-buffer-size': 'x' },
      "error parsing option max-buffer-size: invalid size: 'x'",
    ],
    ['json-file', { 'max-size': 'x' }, "invalid size: 'x'"],
    ['json-file', { 'max-size': '0' }, 'max-size must be a positive number'],
    ['json-file', { 'max-file': '0' }, 'max-file cannot be less than 1'],
    ['json-file', { 'max-file': 'x' }, 'strconv.Atoi: parsing "x": invalid syntax'],
    ['local', { 'max-size': 'x' }, "invalid value for max-size: x: invalid size: 'x'"],
    [
      'local',
      { 'max-file': '1', compress: 'true' },
      'compression cannot be enabled when max file count is 1',
    ],
    [
      'local',
      { compress: 'x' },
      'error reading compress log option: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    ['syslog', { 'cache-disabled': 'x' }, 'invalid value for option cache-disabled: x'],
    ['syslog', { 'max-size': '1m' }, "unknown log opt 'max-size' for syslog log driver"],
  ];
  for (const [Type, Config, message] of wrong) {
    assert.throws(() => parseLogOptions({ Type, Config }), { message });
  }
});

test('how the files of each driver are written', () => {
  const of = (Type: string, Config: Record<string, string> = {}) =>
    parseLogOptions({ Type, Config });
  const jsonFile = { format: 'json-file', compress: false, hold: false, readable: true };
  assert.deepEqual(of('json-file', { 'max-size': '1k', mode: 'blocking' }), {
    ...jsonFile,
    ...{ maxSize: 1024, maxFiles: 1 },
  });
  assert.deepEqual(of('json-file', { compress: 'true', mode: 'non-blocking' }), {
    ...jsonFile,
    ...{ compress: true, maxSize: 100 * mib, maxFiles: 5, bufferSize: mib },
  });
  const local = { format: 'local', maxSize: 20 * mib, maxFiles: 5, compress: true };
  assert.deepEqual(of('local'), { ...local, hold: false, readable: true });
  assert.deepEqual(of('local', { 'max-file': '1' }), {
    ...local,
    ...{ maxFiles: 1, compress: false, hold: false, readable: true },
  });
  assert.deepEqual(of('syslog', { mode: 'blocking', 'cache-disabled': 'true' }), {
    ...local,
    ...{ hold: true, readable: false },
  });
  const bounded = { 'cache-max-size': '1m', 'cache-max-file': '2', 'cache-compress': 'false' };
  assert.deepEqual(of('syslog', { ...bounded, mode: 'non-blocking', 'max-buffer-size': '2k' }), {
    ...local,
    ...{ maxSize: mib, maxFiles: 2, compress: false, hold: false, readable: true },
    bufferSize: 2048,
  });
  assert.throws(() => of('syslog', { mode: 'blocking', 'cache-max-file': '1' }), /mode=blocking/);
});

test('labels, variables and the tag go into every entry', () => {
  const Config = {
    labels: 'a',
    'labels-regex': '^b',
    env: 'X',
    'env-regex': '^Y',
    tag: '{{.Name}}/{{ .ID }}/{{.ImageName}}',
  };
  assert.deepEqual(
    logAttributes(
      { Type: 'json-file', Config },
      { labels: { a: '1', b2: '2', c: '3' }, env: ['X=x', 'Y1=y', 'Z=z'], facts },
    ),
    { a: '1', b2: '2', X: 'x', Y1: 'y', tag: `web/${'c'.repeat(12)}/busybox` },
  );
});

test('what the host lacks matters to a start only', () => {
  const { format, compress } = parseLogOptions({ Type: 'journald', Config: {} });
  assert.deepEqual([format, compress], ['local', true]);
});

test("how a receiver is waited for is checked with Docker's texts", () => {
  const Config = { 'gelf-address': 'tcp://h:1', 'gelf-tcp-max-reconnect': '1' };
  assert.equal(parseLogOptions({ Type: 'gelf', Config }).format, 'local');
  const wrong = { ...Config, 'gelf-address': 'udp://h:1' };
  assert.throws(() => parseLogOptions({ Type: 'gelf', Config: wrong }), {
    message: /^"gelf-tcp-max-reconnect" is only valid for TCP$/,
  });
});
