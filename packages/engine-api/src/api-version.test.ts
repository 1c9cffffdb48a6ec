import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareApiVersions, isApiVersion, isOlderApiVersion } from './api-version.ts';

test('versions are compared number by number', () => {
  assert.ok(isOlderApiVersion('1.9', '1.24'));
  assert.ok(!isOlderApiVersion('1.51', '1.51'));
  assert.ok(compareApiVersions('2', '1.99') > 0);
  assert.equal(compareApiVersions('1', '1.0'), 0);
});

test('a version has two numbers', () => {
  assert.ok(isApiVersion('1.44'));
  for (const text of ['', '1', '1.', '1.4.2', 'v1.4', '1.x']) assert.ok(!isApiVersion(text), text);
});
