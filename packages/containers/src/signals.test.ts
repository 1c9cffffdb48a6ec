import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSignal } from './signals.ts';

test('signals by name and number, in every form', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['9', 9],
    ['KILL', 9],
    ['SIGKILL', 9],
    ['sigterm', 15],
    ['usr1', 10],
    ['RTMIN', 34],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
    ['64', 64],
  ];
  for (const [text, number] of cases) assert.equal(parseSignal(text), number, text);
});

test('what is no signal is refused', () => {
  for (const text of ['', '0', '65', '-1', 'SIGNOPE', 'RTMIN-1', 'RTMAX+1', 'KILL ', '9x']) {
    assert.throws(() => parseSignal(text), { message: `Invalid signal: ${text}` }, text);
  }
});
