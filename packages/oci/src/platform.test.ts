import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostPlatform } from './host-platform.ts';
import { bestPlatform, platformRank } from './match-platform.ts';
import { formatPlatform, normalizePlatform } from './normalize-platform.ts';
import { parsePlatform } from './parse-platform.ts';
import type { Platform } from './platform.ts';

const host: Platform = { os: 'linux', architecture: 'amd64' };
const parsed = (text: string) => formatPlatform(parsePlatform(text, host));

test('platforms are parsed and spelled in one way', () => {
  const spellings: Readonly<Record<string, string>> = {
    linux: 'linux/amd64',
    arm64: 'linux/arm64',
    aarch64: 'linux/arm64',
    'linux/aarch64': 'linux/arm64',
    'linux/arm64/v8': 'linux/arm64',
    'linux/arm64/v9': 'linux/arm64/v9',
    'linux/arm': 'linux/arm/v7',
    'linux/arm/6': 'linux/arm/v6',
    armhf: 'linux/arm/v7',
    armel: 'linux/arm/v6',
    x86_64: 'linux/amd64',
    'linux/amd64/v1': 'linux/amd64',
    'Linux/AMD64/V3': 'linux/amd64/v3',
    i386: 'linux/386',
    'windows/amd64': 'windows/amd64',
    macos: 'darwin/amd64',
  };
  for (const [text, expected] of Object.entries(spellings)) assert.equal(parsed(text), expected);
});

test('what is no platform is refused', () => {
  for (const text of ['', 'linux/', 'linux/*', 'a/b/c/d', 'no-such-thing', 'linux/am d64']) {
    assert.throws(() => parsed(text), { code: 'images.invalid-platform' }, text);
  }
});

test('a machine runs its own and older variants, nothing else', () => {
  const rank = (wanted: string, offered: string, strictness?: 'exact') =>
    platformRank(parsePlatform(wanted, host), parsePlatform(offered, host), strictness);
  assert.equal(rank('linux/amd64', 'linux/amd64'), 0);
  assert.equal(rank('linux/amd64', 'linux/386'), 1);
  assert.equal(rank('linux/amd64', 'linux/386', 'exact'), undefined);
  assert.equal(rank('linux/amd64/v3', 'linux/amd64/v2'), 1);
  assert.equal(rank('linux/amd64', 'linux/amd64/v3'), undefined);
  assert.equal(rank('linux/arm64', 'linux/arm64/v8'), 0);
  assert.equal(rank('linux/arm64', 'linux/arm/v7'), 2);
  assert.equal(rank('linux/arm/v7', 'linux/arm/v6'), 1);
  assert.equal(rank('linux/arm/v6', 'linux/arm/v7'), undefined);
  assert.equal(rank('linux/amd64', 'windows/amd64'), undefined);
  assert.equal(rank('linux/s390x', 'linux/s390x'), 0);
});

test('the best of several is chosen; foreign ones only when anything will do', () => {
  const offered = ['linux/386', 'linux/arm64', 'linux/amd64'].map((text) =>
    parsePlatform(text, host),
  );
  assert.equal(bestPlatform(host, offered), 2);
  assert.equal(bestPlatform(host, offered.slice(0, 2)), 0);
  assert.equal(bestPlatform(host, offered.slice(1, 2)), undefined);
  assert.equal(bestPlatform(host, offered.slice(1, 2), { anyPlatform: true }), 0);
  assert.equal(bestPlatform(host, [], { anyPlatform: true }), undefined);
});

test('process architectures become platforms', () => {
  assert.deepEqual(hostPlatform('x64'), host);
  assert.deepEqual(hostPlatform('x86_64'), host);
  assert.deepEqual(hostPlatform('aarch64'), { os: 'linux', architecture: 'arm64' });
  assert.deepEqual(normalizePlatform({ os: 'Linux', architecture: 'x86_64', variant: '' }), host);
});
