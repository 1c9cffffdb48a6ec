import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineError } from '@berth/errors';
import { jsonFormat, textFormat } from './log-format.ts';
import { debugTopics, type LogFormatter, Logger, type LogTopic } from './logger.ts';

function capture(format: LogFormatter, topics: readonly LogTopic[] = []) {
  const lines: string[] = [];
  const logger = new Logger({
    level: 'info',
    format,
    write: (line) => lines.push(line),
    now: () => new Date(0),
    topics: new Set(topics),
  });
  return { logger, lines };
}

test('text lines hold time, level, message and fields', () => {
  const { logger, lines } = capture(textFormat);
  logger.info('daemon', 'API listen on "x"', { pid: 7, path: '/a b' });
  assert.deepEqual(lines, [
    'time="1970-01-01T00:00:00.000Z" level=info msg="API listen on \\"x\\"" topic=daemon pid=7 path="/a b"\n',
  ]);
});

test('JSON lines hold the same', () => {
  const { logger, lines } = capture(jsonFormat);
  const cause = new Error('disk on fire');
  const error = engineError('common.internal', { reason: 'no' }, { cause, steps: ['a', 'b'] });
  logger.error('api', 'failed', { error });
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    level: 'error',
    msg: 'failed',
    time: '1970-01-01T00:00:00.000Z',
    topic: 'api',
    error: 'no',
    code: 'common.internal',
    cause: 'disk on fire',
    steps: 'a > b',
  });
});

test('secrets are removed and line breaks cannot forge lines', () => {
  const { logger, lines } = capture(textFormat);
  logger.warn('net', 'GET https://me:secret@host/\ntime="x" level=info');
  assert.doesNotMatch(lines[0] ?? '', /secret/);
  assert.equal(lines[0]?.split('\n').length, 2);
});

test('the level and the chosen topics decide what is written', () => {
  const { logger, lines } = capture(textFormat, ['net']);
  logger.debug('api', 'hidden');
  logger.debug('net', 'chosen');
  logger.level = 'error';
  logger.warn('api', 'hidden');
  assert.equal(lines.length, 1);
});

test('topics come from DEBUG', () => {
  assert.deepEqual([...debugTopics('berth:api, berth:net other:x berth:nope')], ['api', 'net']);
  assert.ok(debugTopics('berth:*').has('shim'));
  assert.equal(debugTopics(undefined).size, 0);
});
