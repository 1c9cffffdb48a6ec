import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerInspectResponse, ContainerSummary, ImageSummary } from '@berth/engine-api';
import { createEngineClient, type EngineClient } from '@berth/engine-client';
import { eventually, runCommand, TestDaemon } from '@berth/testing';
import { assertNothingLost, logLines, removeCgroupParent } from './daemon-invariants.ts';
import { FaultWorkload } from './fault-workload.ts';

/**
 * The whole berthd with real images, bridge network, ports and volumes is killed at every step of its work and
 * at random moments. `BERTH_FAULT_ROUNDS=200` for more of the latter.
 */
const rounds = Number(process.env.BERTH_FAULT_ROUNDS ?? 20);

const faultPoints = `
  create.recorded volume.recorded volume.made create.volumes create.snapshot volume.populating volume.copied
  create.copied start.bundle volume.mounted start.mounts sandbox.recorded sandbox.namespace sandbox.attached
  sandbox.published start.prepared start.spec start.attached start.started sandbox.unpublished sandbox.unpinned
  sandbox.forgotten exit.torn-down exit.recorded remove.marked remove.snapshot remove.folder remove.released
  volume.marked volume.renamed volume.forgotten remove.volumes remove.forgotten image.layer image.documents
  image.recorded image.forgotten image.unlisted`
  .trim()
  .split(/\s+/);

const cgroupParent = `/berth-faults-${randomBytes(4).toString('hex')}`;
let daemon: TestDaemon;
let client: EngineClient;
let workload: FaultWorkload;
let kept: readonly string[];

before(async () => {
  daemon = await TestDaemon.start({ args: ['--cgroup-parent', cgroupParent] });
  client = createEngineClient({ host: daemon.host });
  workload = new FaultWorkload(daemon.host, await smallLayer());
  await workload.startKept();
  kept = await keptRuns();
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  await removeCgroupParent(cgroupParent);
});

test('killed at any step, the next daemon puts everything right', async (t) => {
  for (const point of faultPoints) {
    await t.test(point, async () => {
      await daemon.stopProcess('SIGKILL');
      await daemon.startProcess([], { BERTH_FAULT_POINT: point });
      await work(async () => {
        assert.equal(await daemon.ended(), 'SIGKILL');
      });
      await putRight();
    });
  }
});

test('killed at any moment, the next daemon puts everything right', async (t) => {
  for (let round = 0; round < rounds; round++) {
    const pause = Math.random() * 1500;
    await t.test(`${Math.round(pause)} ms`, async () => {
      await work(async () => {
        await sleep(pause);
        await daemon.stopProcess('SIGKILL');
      });
      if (round % 2 === 1) await killWhileItStarts();
      await putRight();
    });
  }
});

/** In the middle of putting right what the daemon before it left. */
async function killWhileItStarts(): Promise<void> {
  const starting = daemon.startProcess().catch(() => undefined);
  await sleep(Math.random() * 600);
  await daemon.stopProcess('SIGKILL');
  await starting;
}

/** Lets the workload run until `done`. */
async function work(done: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const working = workload.run(over.signal);
  try {
    await done();
  } finally {
    over.abort();
    await working;
  }
}

/** Starts the next daemon, holds what it finds against what it tells, and clears the table. */
async function putRight(): Promise<void> {
  if (!daemon.running) await daemon.startProcess();
  try {
    await eventually(() => assertNothingLost(daemon, cgroupParent));
    assert.deepEqual(await keptRuns(), kept);
    await assertNoGaps('kept-log');
  } finally {
    await clear();
  }
}

async function inspect(name: string): Promise<ContainerInspectResponse> {
  return await client.json('GET', `/containers/${name}/json`);
}

/** Process and start time of those that must never have been started anew. */
async function keptRuns(): Promise<string[]> {
  const kept = await Promise.all(['kept-web', 'kept-log'].map(inspect));
  return kept.map(({ Name, State }) => `${Name} ${State?.Pid} ${State?.StartedAt}`);
}

/** The container counts. */
async function assertNoGaps(name: string): Promise<void> {
  const lines = logLines(daemon, (await inspect(name)).Id).map((line) => JSON.parse(line).log);
  assert.deepEqual(
    lines,
    lines.map((_, index) => `${index}\n`),
    `the log of ${name} has gaps`,
  );
}

async function clear(): Promise<void> {
  const containers = await client.json<ContainerSummary[]>('GET', '/containers/json', {
    query: { all: true },
  });
  const others = containers.filter(({ Names }) => !Names?.[0]?.startsWith('/kept-'));
  await Promise.all(others.map(({ Id }) => client.text('DELETE', `/containers/${Id}?force=1&v=1`)));
  await client.text('POST', '/volumes/prune', { query: { filters: { all: ['true'] } } });
  const images = await client.json<ImageSummary[]>('GET', '/images/json');
  const strange = images.filter(({ RepoTags }) => RepoTags?.[0] !== 'busybox:latest');
  for (const { Id } of strange) await client.text('DELETE', `/images/${Id}?force=1`);
}

/** The tar of a root file system of two files. */
async function smallLayer(): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'berth-test-layer-'));
  try {
    for (const name of ['one', 'two'])
      await writeFile(path.join(folder, name), randomBytes(50_000));
    const { stdout } = await runCommand('sh', ['-c', `tar -C ${folder} -c . | base64 -w0`]);
    return Buffer.from(stdout, 'base64');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
