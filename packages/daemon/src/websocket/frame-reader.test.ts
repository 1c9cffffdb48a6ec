import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameReader, opcodes, WebSocketProtocolError } from './frame-reader.ts';
import { encodeFrame } from './frame-writer.ts';

/** A frame as a client sends it. */
function masked(opcode: number, payload: Buffer, options: { final?: boolean } = {}): Buffer {
  const plain = encodeFrame(opcode, payload);
  const head = Buffer.from(plain.subarray(0, plain.length - payload.length));
  if (options.final === false) head[0] = (head[0] ?? 0) & 0x7f;
  head[1] = (head[1] ?? 0) | 0x80;
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const body = Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)));
  return Buffer.concat([head, mask, body]);
}

function read(chunks: readonly Buffer[]): { data: Buffer; controls: string[] } {
  const reader = new FrameReader();
  const data: Buffer[] = [];
  const controls: string[] = [];
  for (const chunk of chunks) {
    for (const event of reader.read(chunk)) {
      if (event.type === 'data') data.push(event.bytes);
      else controls.push(event.type === 'close' ? `close ${event.code}` : `ping ${event.bytes}`);
    }
  }
  return { data: Buffer.concat(data), controls };
}

test('frames come out as they went in, wherever they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 70_000 }), { maxLength: 4 }),
      fc.array(fc.nat(100_000), { maxLength: 8 }),
      (payloads, cuts) => {
        const all = Buffer.concat(
          payloads.map((each) => masked(opcodes.binary, Buffer.from(each))),
        );
        const places = [...new Set(cuts.map((cut) => cut % (all.length + 1)))].sort(
          (a, b) => a - b,
        );
        const chunks = [0, ...places].map((from, index) => all.subarray(from, places[index]));
        assert.deepEqual(read(chunks).data, Buffer.concat(payloads));
      },
    ),
    { numRuns: 60 },
  );
});

test('a control frame may come in the middle of a message in parts', () => {
  const result = read([
    masked(opcodes.text, Buffer.from('ab'), { final: false }),
    masked(opcodes.ping, Buffer.from('?')),
    masked(opcodes.continuation, Buffer.from('cd')),
    masked(opcodes.pong, Buffer.alloc(0)),
    masked(opcodes.close, Buffer.from([3, 232])),
  ]);
  assert.equal(result.data.toString(), 'abcd');
  assert.deepEqual(result.controls, ['ping ?', 'close 1000']);
});

const wrong: readonly (readonly [string, Buffer])[] = [
  ['no mask', encodeFrame(opcodes.binary, Buffer.from('x'))],
  ['reserved bits', Buffer.from([0xc2, 0x80])],
  ['an unknown opcode', Buffer.from([0x83, 0x80])],
  ['an unknown control opcode', Buffer.from([0x8b, 0x80])],
  ['a control frame in parts', masked(opcodes.ping, Buffer.from('x'), { final: false })],
  ['a long control frame', masked(opcodes.ping, Buffer.alloc(126))],
  ['a continuation of nothing', masked(opcodes.continuation, Buffer.from('x'))],
  ['half a close code', masked(opcodes.close, Buffer.from([3]))],
  ['a length beyond all', Buffer.from('82ffffffffffffffffff00000000', 'hex')],
];
for (const [what, bytes] of wrong) {
  test(`${what} is an error`, () => {
    assert.throws(() => read([bytes]), WebSocketProtocolError);
  });
}

test('a message is not begun within another', () => {
  const first = masked(opcodes.text, Buffer.from('x'), { final: false });
  assert.throws(
    () => read([first, masked(opcodes.text, Buffer.from('y'))]),
    WebSocketProtocolError,
  );
});

test('whatever bytes come, nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (chunks) => {
      try {
        read(chunks.map((chunk) => Buffer.from(chunk)));
      } catch (error) {
        if (!(error instanceof WebSocketProtocolError)) throw error;
      }
    }),
  );
});
