import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from './challenge.ts';

const cases: readonly [string | undefined, [string, Record<string, string>][]][] = [
  [undefined, []],
  ['', []],
  ['Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
  [
    'Bearer realm="https://auth.test/token",service="registry.test",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        {
          realm: 'https://auth.test/token',
          service: 'registry.test',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
  ],
  [
    'Negotiate, Basic realm=plain',
    [
      ['negotiate', {}],
      ['basic', { realm: 'plain' }],
    ],
  ],
  [
    'BEARER Realm = "a\\"b" , error="insufficient_scope"',
    [['bearer', { realm: 'a"b', error: 'insufficient_scope' }]],
  ],
  ['Bearer realm="open', [['bearer', { realm: '"open' }]]],
];

for (const [header, expected] of cases) {
  test(`the header ${header} is read`, () => {
    const found = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      { ...parameters },
    ]);
    assert.deepEqual(found, expected);
  });
}

test('no header takes long or fails', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000, unit: 'binary-ascii' }), (text) => {
      for (const { scheme } of parseChallenges(text)) assert.equal(scheme, scheme.toLowerCase());
    }),
  );
  assert.deepEqual(parseChallenges('a='.repeat(20_000)), []);
});
