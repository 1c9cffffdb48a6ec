import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';

let berth: BerthEndpoint;
before(async () => {
  berth = await openBerth();
});
after(() => berth[Symbol.asyncDispose]());

test('ps --watch shows containers as they come and go', async () => {
  const script = `exec "$BERTH" ps --watch --format '<{{.Names}}>'`;
  const child = spawn('script', ['-qec', script, '/dev/null'], {
    env: { ...process.env, ...berth.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lastPage = () => seen.split('\x1b[H').at(-1) ?? '';
  try {
    await eventually(() => assert.match(seen, /\x1b\[H/));
    await berth.ok(['run', '-d', '--name', 'comes', 'busybox', 'sleep', '600']);
    await eventually(() => assert.match(lastPage(), /<comes>\x1b\[K\r\n\x1b\[J/));
    await berth.ok(['rm', '-f', 'comes']);
    await eventually(() => assert.match(lastPage(), /^\x1b\[K\r\n\x1b\[J|^\x1b\[J/));
  } finally {
    child.stdin.write('\x03');
    await ended;
  }
});

test('ps --watch without a terminal is refused', async () => {
  const { code, stderr } = await berth.run(['ps', '--watch']);
  assert.deepEqual({ code, stderr }, { code: 1, stderr: '--watch needs a terminal\n' });
});
