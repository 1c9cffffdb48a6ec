import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CgroupLocation, Cgroups } from '../src/cgroups.ts';
import type { MakeHarness } from './harness.ts';

const parent = `/berth-conformance-${process.pid}`;

/** Any file that a cgroup of this layout has and that takes a number back. */
function someFile({ layout }: Cgroups['host']): readonly [string, string] {
  return layout === 'v2' ? ['pids', 'cgroup.max.depth'] : ['pids', 'cgroup.clone_children'];
}

async function withCgroup(
  makeHarness: MakeHarness,
  action: (cgroups: Cgroups, location: CgroupLocation) => Promise<void> | void,
): Promise<void> {
  await using harness = makeHarness();
  const { cgroups } = harness.kernel;
  const location = cgroups.locate(`${parent}/child`, 'cgroupfs');
  try {
    harness.makeCgroup(location);
    await action(cgroups, location);
  } finally {
    await cgroups.remove(cgroups.locate(parent, 'cgroupfs'));
  }
}

export function cgroupConformance(makeHarness: MakeHarness): void {
  describe('cgroups', () => {
    it('finds, reads and writes a cgroup that a runtime made', () =>
      withCgroup(makeHarness, (cgroups, location) => {
        const [controller, file] = someFile(cgroups.host);
        cgroups.write(location, controller, file, '1');
        assert.equal(cgroups.read(location, controller, file)?.trim(), '1');
        assert.equal(cgroups.read(location, controller, 'no-such-file'), undefined);
        assert.equal(cgroups.read(location, 'no-such-controller', file), undefined);
        assert.deepEqual(cgroups.children(parent), ['child']);
        assert.deepEqual(cgroups.processes(location), []);
        assert.equal(cgroups.oomKills(location), 0);
      }));

    it('freezes and thaws, twice in a row too', () =>
      withCgroup(makeHarness, async (cgroups, location) => {
        await cgroups.freeze(location);
        await cgroups.freeze(location);
        await cgroups.thaw(location);
        await cgroups.thaw(location);
      }));

    it('prepares for moves, several at once too', async () => {
      await using harness = makeHarness();
      const { cgroups } = harness.kernel;
      await Promise.all([cgroups.prepareMove(), cgroups.prepareMove()]);
      await cgroups.prepareMove();
    });

    it('answers for a cgroup that is gone', async () => {
      await using harness = makeHarness();
      const { cgroups } = harness.kernel;
      const location = cgroups.locate(`${parent}/gone`, 'cgroupfs');
      assert.equal(cgroups.oomKills(location), 0);
      assert.deepEqual(cgroups.processes(location), []);
      assert.deepEqual(cgroups.children(`${parent}/gone`), []);
      await cgroups.remove(location);
      await assert.rejects(cgroups.freeze(location), { code: 'kernel.cgroupMissing' });
    });

    it('expands slices and refuses paths that name nothing', async () => {
      await using harness = makeHarness();
      const { cgroups } = harness.kernel;
      const scope = cgroups.locate('a-b.slice:berth:id', 'systemd').directories.memory ?? '';
      assert.ok(scope.endsWith('/a.slice/a-b.slice/berth-id.scope'), scope);
      const escaping = cgroups.locate('/../../x', 'cgroupfs').directories.memory ?? '';
      assert.ok(!escaping.includes('..') && escaping.endsWith('/x'), escaping);
      for (const [path, driver] of [
        ['/', 'cgroupfs'],
        ['/..', 'cgroupfs'],
        ['a.slice', 'systemd'],
        ['a/b.slice:berth:id', 'systemd'],
        ['a.slice:berth:../x', 'systemd'],
      ] as const)
        assert.throws(() => cgroups.locate(path, driver), { code: 'kernel.cgroupPathInvalid' });
    });
  });
}
