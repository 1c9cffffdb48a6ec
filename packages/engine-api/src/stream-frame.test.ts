import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  encodeFrame,
  encodeFrameHeader,
  StreamFrameDecoder,
  StreamFrameError,
  type StreamType,
  streamTypes,
} from './stream-frame.ts';

test('a frame is a stream number, three zeros, a big-endian length and the payload', () => {
  assert.equal(
    encodeFrame(streamTypes.stderr, Buffer.from('hi')).toString('hex'),
    '02000000000000026869',
  );
  assert.equal(
    encodeFrameHeader(streamTypes.stdout, 0x01020304).toString('hex'),
    '0100000001020304',
  );
});

test('frames cut at any place come back whole and in order', () => {
  const frames = fc.array(
    fc.tuple(fc.constantFrom<StreamType>(0, 1, 2, 3), fc.uint8Array({ maxLength: 40 })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.nat({ max: 600 })), (list, cuts) => {
      const bytes = Buffer.concat(list.map(([stream, payload]) => encodeFrame(stream, payload)));
      const places = [...new Set(cuts.filter((cut) => cut < bytes.length))].sort((a, b) => a - b);
      const decoder = new StreamFrameDecoder();
      const seen: Record<StreamType, Buffer[]> = { 0: [], 1: [], 2: [], 3: [] };
      [0, ...places].forEach((from, index) => {
        const chunk = bytes.subarray(from, places[index] ?? bytes.length);
        for (const { stream, payload } of decoder.decode(chunk)) seen[stream].push(payload);
      });
      for (const stream of [0, 1, 2, 3] as const) {
        const expected = list.filter(([number]) => number === stream).map(([, payload]) => payload);
        assert.deepEqual(Buffer.concat(seen[stream]), Buffer.concat(expected));
      }
      assert.equal(decoder.atBoundary, true);
    }),
  );
});

test('an unknown stream number is refused', () => {
  const decoder = new StreamFrameDecoder();
  assert.throws(
    () => [...decoder.decode(Buffer.from('0400000000000000', 'hex'))],
    StreamFrameError,
  );
});

test('a claimed length takes no memory', () => {
  const decoder = new StreamFrameDecoder();
  const parts = [...decoder.decode(Buffer.from('01000000ffffffff61', 'hex'))];
  assert.deepEqual(
    parts.map(({ payload }) => payload.toString()),
    ['a'],
  );
  assert.equal(decoder.atBoundary, false);
});
