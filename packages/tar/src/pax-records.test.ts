import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatPaxRecord, formatPaxTime, parsePaxRecords, parsePaxTime } from './pax-records.ts';

describe('PAX records', () => {
  it('count their own length, also where it grows a digit', () => {
    for (let length = 0; length < 1100; length++) {
      const value = 'v'.repeat(length);
      const record = formatPaxRecord('key', value);
      assert.equal(Number.parseInt(record, 10), record.length);
      assert.deepEqual(parsePaxRecords(Buffer.from(record, 'latin1')), [['key', value]]);
    }
  });

  it('keep values with line breaks and equals signs', () => {
    const records = ['a=b\nc', '=', '12 x=y\n']
      .map((value) => formatPaxRecord('k', value))
      .join('');
    assert.deepEqual(
      parsePaxRecords(Buffer.from(records)).map(([, value]) => value),
      ['a=b\nc', '=', '12 x=y\n'],
    );
  });

  it('hold times with nanoseconds before and after 1970', () => {
    const cases = {
      '0': [0, 0],
      '1.5': [1, 500_000_000],
      '1350244992.023960108': [1_350_244_992, 23_960_108],
      '1.0000000009': [1, 0],
      '-1': [-1, 0],
      '-1.25': [-2, 750_000_000],
      '-0.5': [-1, 500_000_000],
    } as const;
    for (const [text, time] of Object.entries(cases)) {
      assert.deepEqual(parsePaxTime('mtime', text), time);
      if (!text.endsWith('9')) assert.equal(formatPaxTime(time), text);
    }
  });
});
