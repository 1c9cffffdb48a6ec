import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logAttributes, parseLogOptions } from './log-options.ts';

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
  assert.throws(parse('local', { labels: 'x' }), {
    message: "unknown log opt 'labels' for local log driver",
  });
  assert.throws(parse('json-file', { 'max-file': '2' }), /when max-size is not set/);
  assert.throws(parse('local', { compress: 'true' }), /is not implemented/);
  assert.throws(parse('json-file', { tag: '{{.Nope}}' }), /invalid log tag/);
  assert.throws(parse('json-file', { 'env-regex': '(' }), /invalid env-regex/);
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
