import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateContainerName, validateContainerName } from './container-name.ts';

test('names', () => {
  assert.equal(validateContainerName('/web'), 'web');
  assert.equal(validateContainerName('a-b_c.1'), 'a-b_c.1');
  for (const name of ['a', '', '-ab', 'a/b', 'a b', '_ab', 'äb']) {
    assert.throws(() => validateContainerName(name), {
      message: `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    });
  }
});

test('generated names have two words, and fall back to a digit and then to the ID', () => {
  const id = '0123456789abcdef'.repeat(4);
  const free = generateContainerName(
    id,
    () => false,
    () => 0,
  );
  assert.match(free, /^[a-z]+_[a-z]+$/);
  const numbered = generateContainerName(
    id,
    (name) => !/\d$/.test(name),
    () => 0.5,
  );
  assert.match(numbered, /^[a-z]+_[a-z]+5$/);
  assert.equal(
    generateContainerName(
      id,
      () => true,
      () => 0.9,
    ),
    id.slice(0, 12),
  );
});
