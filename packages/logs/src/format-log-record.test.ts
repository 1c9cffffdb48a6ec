import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLogRecord } from './format-log-record.ts';
import {
  type LogRecord,
  parseLogLine,
  skimLogLine,
  timeFromNanoseconds,
  timeOfLogLine,
} from './log-record.ts';

function parse(text: string): LogRecord {
  const record = parseLogLine(Buffer.from(text));
  assert.ok(record);
  return record;
}

test('timestamps have nine fraction digits', () => {
  const record = parse('{"log":"x\\n","stream":"stdout","time":"2026-01-02T03:04:05.12Z"}');
  const text = formatLogRecord(record, { timestamps: true }).toString();
  assert.equal(text, '2026-01-02T03:04:05.120000000Z x\n');
  assert.equal(
    formatLogRecord({ ...record, continues: true }, { timestamps: true }).toString(),
    'x\n',
  );
});

test('details are sorted and URL-encoded', () => {
  const record = parse(
    '{"log":"x\\n","stream":"stderr","attrs":{"z":"a b","a":"(c)&"},"time":"2026-01-02T03:04:05Z"}',
  );
  assert.equal(formatLogRecord(record, { details: true }).toString(), 'a=%28c%29%26,z=a+b x\n');
  const { attrs, ...plain } = record;
  assert.ok(attrs);
  assert.equal(formatLogRecord(plain, { details: true }).toString(), ' x\n');
});

test('times compare as text', () => {
  assert.equal(timeFromNanoseconds(1_700_000_000_000_000_001n), '2023-11-14T22:13:20.000000001Z');
  assert.equal(timeFromNanoseconds(-5n), '1970-01-01T00:00:00.000000000Z');
  assert.equal(timeFromNanoseconds(10n ** 30n).slice(0, 4), '9999');
  const line = Buffer.from(
    '{"log":"\\"time\\":\\"x\\"}","stream":"stdout","time":"2026-01-02T03:04:05Z"}',
  );
  assert.equal(timeOfLogLine(line), '2026-01-02T03:04:05.000000000Z');
});

test('what is no log line is refused', () => {
  for (const text of [
    '',
    '[]',
    'null',
    '{}',
    '{"log":1,"stream":"x","time":"2026-01-02T03:04:05Z"}',
  ])
    assert.equal(parseLogLine(Buffer.from(text)), undefined);
});

test('skimming a line tells what parsing it tells, or nothing', () => {
  const texts = ['', 'a\n', 'a', 'a\\n', 'a\\\\n', 'a\\\n', '\\', '\\\n', '"\n', '\n', 'é\n'];
  for (const log of [...texts, `${'\\'.repeat(200)}n`, `${'\\'.repeat(201)}\n`]) {
    for (const attrs of [{}, { attrs: { a: 'b","stream":"stderr' } }]) {
      const entry = { log, stream: 'stdout', ...attrs, time: '2026-01-01T00:00:00.5Z' };
      const line = Buffer.from(JSON.stringify(entry));
      const skimmed = skimLogLine(line);
      if (skimmed === undefined) continue;
      const { stream, time, line: text } = parseLogLine(line) ?? {};
      assert.deepEqual(skimmed, { stream, time, endsLine: text?.at(-1) === 0x0a }, log);
    }
  }
  const plain = JSON.stringify({ log: 'x\n', stream: 'stderr', time: '2026-01-01T00:00:00Z' });
  const time = '2026-01-01T00:00:00.000000000Z';
  assert.deepEqual(skimLogLine(Buffer.from(plain)), { stream: 'stderr', time, endsLine: true });
});
