import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedTasks } from './shared-tasks.ts';

function participant(signal = new AbortController().signal) {
  const seen: string[] = [];
  return { signal, seen, onState: (state: string) => seen.push(state) };
}

test('a task runs once for all who ask, and tells the late the last state', async () => {
  const tasks = new SharedTasks<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const [first, second] = [participant(), participant()];
  let runs = 0;
  const own = tasks.join('x', first, async ({ report }) => {
    runs++;
    report('begun');
    await promise;
    report('done');
  });
  await new Promise(setImmediate);
  const joined = tasks.join('x', second, async () => assert.fail('runs already'));
  resolve();
  assert.deepEqual(await Promise.all([own, joined]), ['own', 'joined']);
  assert.deepEqual([runs, first.seen, second.seen], [1, ['begun', 'done'], ['begun', 'done']]);
  assert.equal(await tasks.join('x', participant(), async () => {}), 'own');
});

test('a failure is that of whoever started the task', async () => {
  const tasks = new SharedTasks<string>();
  const failure = new Error('refused');
  const own = tasks.join('x', participant(), async () => {
    throw failure;
  });
  const joined = tasks.join('x', participant(), async () => {});
  await assert.rejects(own, failure);
  assert.equal(await joined, 'joined');
});

test('a task goes on without those who leave and ends with the last', async () => {
  const tasks = new SharedTasks<string>();
  const [first, second] = [new AbortController(), new AbortController()];
  let ended = false;
  const run = async ({ signal }: { signal: AbortSignal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise(setImmediate);
    ended = true;
    signal.throwIfAborted();
  };
  const own = tasks.join('x', participant(first.signal), run);
  const joined = tasks.join('x', participant(second.signal), run);
  first.abort(new Error('first left'));
  await assert.rejects(own, /first left/);
  assert.equal(ended, false);
  second.abort(new Error('second left'));
  await assert.rejects(joined, /second left/);
  assert.equal(ended, true);
});

test('who comes while a task is being given up waits for its end', async () => {
  const tasks = new SharedTasks<string>();
  const leaving = new AbortController();
  const order: string[] = [];
  const own = tasks.join('x', participant(leaving.signal), async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    order.push('ended');
    signal.throwIfAborted();
  });
  await new Promise(setImmediate);
  leaving.abort(new Error('left'));
  const next = tasks.join('x', participant(), async () => {});
  assert.equal(await next, 'joined');
  order.push('joined');
  await assert.rejects(own, /left/);
  assert.deepEqual(order, ['ended', 'joined']);
});
