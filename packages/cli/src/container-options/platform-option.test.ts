import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformQuery } from './platform-option.ts';

test('a platform is sent as it is meant, whatever its spelling', () => {
  assert.equal(platformQuery(''), undefined);
  assert.deepEqual(platformQuery('arm64'), {
    os: 'linux',
    architecture: 'arm64',
  });
  assert.deepEqual(platformQuery('linux/x86_64'), {
    os: 'linux',
    architecture: 'amd64',
  });
});

test('the refusal has the words of the command before it', () => {
  assert.throws(() => platformQuery('a/b/c/d', 'invalid platform: '), {
    name: 'CommandError',
    message: 'invalid platform: "a/b/c/d": cannot parse platform specifier: invalid argument',
  });
});
