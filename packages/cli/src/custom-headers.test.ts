import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customHeaders } from './custom-headers.ts';

test('headers of the environment take the place of those of the configuration', () => {
  assert.deepEqual(customHeaders(undefined, { a: 'b' }), { a: 'b' });
  assert.deepEqual(customHeaders('', { a: 'b' }), { a: 'b' });
  assert.deepEqual(customHeaders('x=1=2,"y=3,4"', { a: 'b' }), { x: '1=2', y: '3,4' });
});

test('what is no header is refused in the words of the stock client', () => {
  const start =
    'Failed to initialize: failed to set custom headers from DOCKER_CUSTOM_HEADERS environment variable: ';
  const refused = (text: string) => {
    try {
      return customHeaders(text, undefined);
    } catch (error) {
      return (error as Error).message.replace(start, '');
    }
  };
  assert.equal(refused('a'), `missing "=" in key=value pair: 'a'`);
  assert.equal(refused('=b'), "value contains a key=value pair with an empty key: '=b'");
});
