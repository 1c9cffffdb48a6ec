import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainersFixture } from '../integration/containers-fixture.ts';

/** What must hold once a daemon has reconciled, whatever happened to the one before. */
export async function assertTrueState(fixture: ContainersFixture): Promise<void> {
  const { service, folder, kernel } = fixture;
  const known = new Set<string>();
  const running = new Set<string>();
  for (const { Id: id = '' } of await service.list({ all: true })) {
    const { State: state } = await service.inspect(id);
    known.add(id);
    if (state?.Running) {
      running.add(id);
      assert.ok(existsSync(`/proc/${state.Pid}`), `${id} is said to run`);
    }
    assert.ok(
      ['created', 'running', 'paused', 'exited'].includes(state?.Status ?? ''),
      state?.Status,
    );
  }
  assert.deepEqual(await sorted(fixture.snapshotter.listContainers()), [...known].sort());
  assert.deepEqual(readdirSync(join(folder, 'data/containers')).sort(), [...known].sort());
  assert.deepEqual(readdirSync(join(folder, 'run/containers')).sort(), [...running].sort());
  assert.equal(readdirSync(join(folder, 'netns')).length, running.size, 'namespaces');
  const roots = kernel.mounts.list(join(folder, 'data/overlay2'));
  assert.equal(roots.length, running.size, 'mounted roots');
  const cgroups = kernel.cgroups.children(fixture.cgroupParent);
  assert.deepEqual(cgroups.sort(), [...running].sort(), 'cgroups');
  assert.deepEqual(fixture.reported, []);
}

async function sorted(names: Promise<string[]>): Promise<string[]> {
  return (await names).sort();
}
