import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { ConnectedShim } from './connected-shim.ts';
import { ShimConnection } from './shim-connection.ts';

/** A shim played by hand: `requests` is what it was sent, `say` what it sends. */
class PlayedShim {
  readonly requests: Record<string, unknown>[] = [];
  readonly socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      this.requests.push(JSON.parse(chunk.toString()));
      done();
    },
  });

  say(message: object): void {
    this.socket.push(`${JSON.stringify(message)}\n`);
  }
}

function connect(): { played: PlayedShim; shim: ConnectedShim } {
  const played = new PlayedShim();
  const connection = new ShimConnection(played.socket, () => 'id');
  const identity = { id: 'id', bundle: '/nonexistent/bundle', shimPid: 7, exitFile: undefined };
  const shim = new ConnectedShim(identity, connection, false);
  connection.listen(
    (event) => shim.receive(event),
    () => void shim.lose(),
  );
  return { played, shim };
}

test('replies are matched by number, in any order', async () => {
  const { played, shim } = connect();
  const kill = shim.kill('container', 15);
  const resize = shim.resize({ execId: 'e' }, 3, 4);
  assert.deepEqual(played.requests, [
    { op: 'kill', signal: 15, seq: 1 },
    { op: 'resize', exec: 'e', rows: 3, cols: 4, seq: 2 },
  ]);
  played.say({ seq: 99, ok: true });
  played.say({ seq: 2, ok: true });
  await resize;
  played.say({ seq: 1, ok: false, error: { op: 'kill', stage: 'target', errno: 'ESRCH' } });
  await assert.rejects(kill, { code: 'runtime.shim-no-process' });
  shim.close();
});

test('exit, execs and out-of-memory kills are told, then the end', async () => {
  const { played, shim } = connect();
  const told: unknown[] = [];
  shim.onExecExit((event) => told.push(event));
  shim.onOom((event) => told.push(event));
  const started = shim.start();
  played.say({ seq: 1, ok: true, pid: 42, startTime: 4711 });
  assert.deepEqual(await started, { pid: 42, startTime: 4711 });
  played.say({ event: 'oom', count: 2 });
  played.say({ event: 'exec-exit', execId: 'e', code: 130, signal: 2 });
  const record = {
    code: 1,
    signal: 0,
    exitedAt: '2026-01-01T00:00:00Z',
    oomKilled: true,
    oomCount: 2,
  };
  played.say({ event: 'exit', exit: record });
  assert.deepEqual(await shim.exit, { ...record, lost: false });
  played.say({ event: 'gone', deleteStatus: 0 });
  await shim.gone;
  assert.deepEqual(told, [{ count: 2 }, { execId: 'e', exitCode: 130 }]);
});

test('a shim that vanishes is a loss', async () => {
  const { played, shim } = connect();
  const started = shim.start();
  played.say({ seq: 1, ok: true, pid: 42, startTime: 1 });
  await started;
  const pending = shim.state();
  played.socket.push(null);
  await assert.rejects(pending, { code: 'runtime.shim-connection-lost' });
  const exit = await shim.exit;
  assert.deepEqual([exit.lost, exit.code, exit.signal], [true, 137, 9]);
  await shim.gone;
});

test('words that are no protocol end the connection', async () => {
  const { played, shim } = connect();
  const state = shim.state();
  played.socket.push('garbage\n');
  await assert.rejects(state, { code: 'runtime.shim-connection-lost' });
  await shim.gone;
});
