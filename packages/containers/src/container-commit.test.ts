import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, type Harness } from '../testsuite/harness.ts';
import { commitConfig } from './commit-config.ts';

async function running(harness: Harness): Promise<string> {
  const { Id: id } = await harness.service.create(
    { Image: 'busybox', Cmd: ['sleep', '9'] },
    { name: 'c1' },
  );
  harness.makeCgroup(id);
  await harness.service.start(id);
  return id;
}

test("the configuration is the container's, changed by instructions", () => {
  const own = {
    Hostname: 'x',
    Tty: true,
    Env: ['A=1'],
    Cmd: ['run'],
    Entrypoint: null,
    Labels: { l: '1' },
    WorkingDir: '',
  };
  assert.deepEqual(commitConfig(own, undefined, []), {
    ...{ Env: ['A=1'], Cmd: ['run'], Labels: { l: '1' } },
  });
  const changes = ['ENTRYPOINT ["/e"]', 'ENV B=2', 'LABEL m=2', 'EXPOSE 80'];
  assert.deepEqual(commitConfig(own, {}, changes), {
    ...{ Env: ['A=1', 'B=2'], Entrypoint: ['/e'], ExposedPorts: { '80/tcp': {} } },
    Labels: { l: '1', m: '2' },
  });
  const given = { Cmd: ['given'], Env: ['A=7', 'C=3'] };
  assert.deepEqual(commitConfig(own, given, []), {
    ...{ Cmd: ['given'], Env: ['A=7', 'C=3'], Labels: { l: '1' } },
  });
  assert.throws(() => commitConfig(own, undefined, ['RUN x']), { code: 'images.invalid-change' });
});

test('a running container is paused meanwhile, once for several commits', async () => {
  await using harness = await createHarness();
  const id = await running(harness);
  const seen: boolean[] = [];
  const paused = async () => (await harness.service.inspect(id)).State?.Paused === true;
  harness.images.onCommit = async () => {
    seen.push(await paused());
  };
  await Promise.all([1, 2].map(() => harness.service.commit(id, { pause: true })));
  await harness.service.commit(id, { pause: false, reference: 'x', comment: 'note' });
  assert.deepEqual(seen, [true, true, false]);
  assert.equal(await paused(), false);
  const actions = harness.actions().slice(2).sort();
  assert.deepEqual(actions, ['commit c1', 'commit c1', 'commit c1', 'pause c1', 'unpause c1']);
});

test('a failing commit lets the container go on; a paused one stays paused', async () => {
  await using harness = await createHarness();
  const id = await running(harness);
  harness.images.onCommit = async () => {
    throw new Error('no space');
  };
  await assert.rejects(harness.service.commit(id, { pause: true }), /no space/);
  assert.equal((await harness.service.inspect(id)).State?.Status, 'running');
  await harness.service.pause(id);
  await assert.rejects(harness.service.commit(id, { pause: true }), /no space/);
  assert.equal((await harness.service.inspect(id)).State?.Status, 'paused');
});

test('a removal cuts a commit off', async () => {
  await using harness = await createHarness();
  const { Id: id } = await harness.service.create({ Image: 'busybox' }, {});
  const started = Promise.withResolvers<void>();
  harness.images.onCommit = async ({ diff }) => {
    const failed = new Promise((_, reject) => diff.once('error', reject));
    started.resolve();
    await failed;
  };
  const commit = harness.service.commit(id, { pause: true });
  const rejected = assert.rejects(commit, { code: 'containers.commit-cut-off' });
  await started.promise;
  await harness.service.remove(id);
  await rejected;
});

test('the next daemon lets a container go on that was paused for a commit', async () => {
  await using harness = await createHarness();
  const id = await running(harness);
  let state: string | undefined;
  harness.images.onCommit = async () => {
    const next = await harness.restart();
    state = (await next.inspect(id)).State?.Status;
  };
  await harness.service.commit(id, { pause: true });
  assert.equal(state, 'running');
});
