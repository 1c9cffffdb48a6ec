import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParsedFlags } from '../flags/parsed-flags.ts';
import { platformQuery, wantedPlatform } from './platform-option.ts';

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

test('the environment says which platform is wanted when the command line does not', () => {
  const flag = { name: 'platform', type: 'string', help: '' } as const;
  const context = { environment: { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' } };
  const flags = new ParsedFlags([flag]);
  assert.equal(wantedPlatform({ environment: {} }, flags), '');
  assert.equal(wantedPlatform(context, flags), 'linux/arm64');
  flags.set(flag, 'linux/amd64');
  assert.equal(wantedPlatform(context, flags), 'linux/amd64');
});
