import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ShimFixture } from './shim-fixture.ts';

let fixture: ShimFixture;
before(async () => {
  fixture = await ShimFixture.create();
});
after(() => fixture[Symbol.asyncDispose]());

function memoryOf(pid: number, field: string): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${field}: +(\\d+)`, 'm').exec(rollup)?.[1] ?? Number.NaN);
}

test('a shim and its guard cost little memory, also after much output', async (context) => {
  const containers = await Promise.all(
    Array.from({ length: 8 }, () =>
      fixture.run({ args: ['sh', '-c', 'yes | head -c 200000; sleep 1000'] }),
    ),
  );
  await delay(2000);
  const totals = containers.map(({ shim }) => {
    const guard = fixture.processes
      .list()
      .find(({ parentPid, command }) => parentPid === shim.shimPid && command === 'berth-guard');
    assert.ok(guard);
    return {
      shim: memoryOf(shim.shimPid, 'Pss'),
      guard: memoryOf(guard.pid, 'Pss'),
      own: memoryOf(shim.shimPid, 'Private_Dirty') + memoryOf(guard.pid, 'Private_Dirty'),
    };
  });
  const worst = Math.max(...totals.map(({ shim, guard }) => shim + guard));
  context.diagnostic(`PSS of shim and guard in KiB, per container: ${JSON.stringify(totals)}`);
  if (process.env.BERTH_SHIM_BUILD === undefined) assert.ok(worst <= 80, `${worst} KiB`);
});
