import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ApiRoute, type OperationId, routes } from '@berth/engine-api';
import { EngineError } from '@berth/errors';
import { parseFilters } from './filter-parameter.ts';
import { parsePlatformJson } from './platform-parameter.ts';
import { readQuery } from './query-reader.ts';
import { parseTimestamp, parseTimestampSeconds } from './timestamp-parameter.ts';

function queryOf<Operation extends OperationId>(operation: Operation, text: string) {
  const route = routes.find((candidate) => candidate.operation === operation);
  return readQuery(route as ApiRoute<Operation>, new URLSearchParams(text));
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

describe('queries', () => {
  const words: readonly [string, boolean][] = [
    ['', false],
    ['all', false],
    ['all=', false],
    ['all=0', false],
    ['all=no', false],
    ['all=False', false],
    ['all=none', false],
    ['all=1', true],
    ['all=true', true],
    ['all=whatever', true],
  ];
  for (const [text, expected] of words) {
    test(`"${text}" is ${expected}`, () => {
      assert.equal(queryOf('ContainerList', text).all, expected);
    });
  }

  test('absent parameters have their documented defaults', () => {
    assert.equal(queryOf('ContainerKill', '').signal, 'SIGKILL');
    assert.equal(queryOf('ContainerTop', '').ps_args, '-ef');
    assert.equal(queryOf('ContainerStats', '').stream, true);
    assert.equal(queryOf('ContainerStop', '').t, undefined);
    assert.deepEqual(queryOf('ImageGetAll', '').names, []);
  });

  test('repeated parameters are lists', () => {
    assert.deepEqual(queryOf('ImageGetAll', 'names=a&names=b').names, ['a', 'b']);
  });

  test('a number that is none is refused', () => {
    assert.equal(
      refusal(() => queryOf('ContainerStop', 't=soon')),
      'invalid value for query parameter "t": strconv.Atoi: parsing "soon": invalid syntax',
    );
    assert.equal(queryOf('ContainerStop', 't=-1').t, -1);
  });
});

describe('filters', () => {
  test('both shapes of the JSON are read', () => {
    assert.deepEqual(parseFilters('{"label":["a","b","a"]}'), { label: ['a', 'b'] });
    assert.deepEqual(parseFilters('{"label":{"a":true,"b":false}}'), { label: ['a', 'b'] });
    assert.deepEqual(parseFilters(''), {});
    assert.deepEqual(parseFilters('{}'), {});
  });

  for (const text of ['{', '[]', '"x"', '{"a":1}', '{"a":[1]}', '{"a":{"b":"c"}}']) {
    test(`${text} is refused`, () => {
      assert.equal(
        refusal(() => parseFilters(text)),
        'invalid filter',
      );
    });
  }
});

describe('times', () => {
  test('seconds with up to nine decimals', () => {
    assert.equal(parseTimestamp('since', '1700000000.000000001'), 1_700_000_000_000_000_001n);
    assert.equal(parseTimestamp('since', '1700000000.5'), 1_700_000_000_500_000_000n);
    assert.equal(parseTimestampSeconds('since', '2.25'), 2.25);
  });

  test('absent means no limit, zero too for logs', () => {
    for (const text of [undefined, '']) assert.equal(parseTimestamp('since', text), undefined);
    assert.equal(parseTimestamp('until', '0'), 0n);
    for (const text of [undefined, '', '0', '0.0']) {
      assert.equal(parseTimestampSeconds('since', text), undefined);
    }
  });

  test('anything else is refused', () => {
    assert.match(
      refusal(() => parseTimestamp('since', 'yesterday')),
      /parsing "yesterday"/,
    );
    assert.match(
      refusal(() => parseTimestamp('until', '-1')),
      /parameter "until"/,
    );
  });
});

test('a platform is JSON with os and architecture', () => {
  assert.deepEqual(parsePlatformJson('{"os":"linux","architecture":"arm64","variant":"v8"}'), {
    os: 'linux',
    architecture: 'arm64',
    variant: 'v8',
  });
  for (const text of ['linux/arm64', '{}', 'null', '{"os":1,"architecture":"x"}']) {
    assert.equal(
      refusal(() => parsePlatformJson(text)),
      `failed to parse platform: ${text}`,
    );
  }
});
