import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LinuxProcesses } from '@berth/kernel/linux/linux-processes.ts';
import { ShimFixture, type TestContainer } from '../integration/shim-fixture.ts';

const seeds = [
  '{"op":"attach","seq":1,"stdin":true,"stdout":true,"stderr":true}\n',
  '{"op":"exec","seq":2,"execId":"a","process":"/p","tty":true,"detach":false}\n',
  '{"op":"resize","rows":1,"cols":2}\n{"op":"state"}\n',
  '{"op":"kill","signal":0,"exec":"b"}\n',
  '{"op":"subscribe","seq":-12}\n{"op":"close-stdin"}\n',
  '{"op":"start","x":"\\ud83d\\ude00\\n\\"\\\\\\/"}\n',
];

/** mulberry32: the same inputs on every run. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

function mutate(random: (limit: number) => number): Buffer {
  const bytes = Buffer.from(seeds[random(seeds.length)] ?? '');
  for (let count = random(6); count > 0; count--) bytes[random(bytes.length)] = random(256);
  const cut = bytes.subarray(0, random(8) === 0 ? random(bytes.length) : bytes.length);
  return random(20) === 0 ? Buffer.concat([cut, Buffer.alloc(random(20_000), '{')]) : cut;
}

let fixture: ShimFixture;
let container: TestContainer;
before(async () => {
  fixture = await ShimFixture.create();
  container = await fixture.run({ args: ['sleep', '1000'] });
});
after(() => fixture[Symbol.asyncDispose]());

/** Sends and leaves; whatever comes back is thrown away. */
function send(bytes: Buffer, politely: boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(join(container.bundle, 'shim.sock'), () => {
    socket.write(bytes, () => (politely ? socket.end() : socket.destroy()));
    setTimeout(() => socket.destroy(), 20);
  });
  socket.resume();
  socket.on('error', () => undefined);
  socket.on('close', () => resolve());
  return promise;
}

test('a shim survives mutated requests', async () => {
  const random = randomNumbers(20);
  for (let round = 0; round < 60; round++) {
    const inputs = Array.from({ length: 40 }, () => mutate(random));
    await Promise.all(inputs.map((bytes, index) => send(bytes, index % 2 === 0)));
    assert.equal((await container.shim.state()).phase, 'running');
  }
});

const fuzzer = join(import.meta.dirname, '../../native/shim/build/fuzz/control-fuzz');
// Built by hand with `make -C native/shim fuzz`: it needs clang, which nothing else here does.
if (existsSync(fuzzer)) {
  test('the coverage-guided fuzzer of the control protocol finds nothing', async () => {
    const args = ['-runs=30000', '-seed=1', '-max_len=20000', '-timeout=10'];
    const result = await new LinuxProcesses().run(fuzzer, args, { cwd: fixture.folder });
    assert.equal(result.code, 0, result.stderr.slice(-4000));
  });
}
