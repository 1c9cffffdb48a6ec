import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@berth/testing';
import { ContainersFixture } from '../integration/containers-fixture.ts';
import { assertTrueState } from './container-invariants.ts';

const daemon = join(import.meta.dirname, 'container-daemon.ts');

function startDaemon(folder: string, fault: string): ChildProcess {
  return spawn(process.execPath, [daemon, folder, fault], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const faultPoints =
  `create.recorded create.volumes create.snapshot create.copied start.bundle start.mounts
  start.prepared start.spec start.attached start.started exit.torn-down exit.recorded remove.marked
  remove.snapshot remove.folder`.split(/\s+/);

async function afterwards(folder: string): Promise<void> {
  const fixture = await ContainersFixture.open(folder);
  try {
    await eventually(() => assertTrueState(fixture));
  } finally {
    await fixture.close();
  }
}

test('a daemon killed at any step leaves nothing that the next one does not put right', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-containers-'));
  for (const point of faultPoints) {
    await t.test(point, async () => {
      const child = startDaemon(folder, point);
      const [, signal] = await once(child, 'exit');
      assert.equal(signal, 'SIGKILL');
      await afterwards(folder);
    });
  }
  await endAll(folder);
});

test('a daemon killed at any moment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-containers-'));
  const rounds = Number(process.env.BERTH_FAULT_ROUNDS ?? 10);
  for (let round = 0; round < rounds; round++) {
    const child = startDaemon(folder, '-');
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    const pause = Math.random() * 600;
    await new Promise((resolve) => setTimeout(resolve, pause));
    child.kill('SIGKILL');
    await once(child, 'exit');
    await afterwards(folder);
  }
  await endAll(folder);
});

async function endAll(folder: string): Promise<void> {
  const fixture = await ContainersFixture.open(folder);
  await fixture[Symbol.asyncDispose]();
  await eventually(() => assert.deepEqual(fixture.leftovers(), []));
}
