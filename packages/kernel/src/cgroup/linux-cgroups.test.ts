import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { LinuxCgroups } from './linux-cgroups.ts';

/** A folder that looks like a machine: path → text. */
class Machine implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'berth-cgroups-'));
  readonly cgroups: LinuxCgroups;

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    const timing = { limitMs: 20, intervalMs: 1 };
    this.cgroups = new LinuxCgroups({ root: this.root, timing });
  }

  at(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

const mount = (id: number, point: string, type: string, options: string, root = '/') =>
  `${id} 1 0:${id} ${root} /sys/fs/cgroup${point} rw,relatime shared:9 - ${type} cgroup ${options}\n`;

const v2 = {
  'proc/self/mountinfo': mount(30, '', 'cgroup2', 'rw,nsdelegate'),
  'proc/self/cgroup': '0::/system.slice/berthd.service\n',
  'proc/1/cgroup': '0::/init.scope\n',
  'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory hugetlb pids\n',
  'sys/fs/cgroup/system.slice/memory.swap.max': 'max\n',
};

const v1 = {
  'proc/self/mountinfo':
    mount(30, '/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct') +
    mount(31, '/memory', 'cgroup', 'rw,memory') +
    mount(32, '/freezer', 'cgroup', 'rw,freezer') +
    mount(33, '/systemd', 'cgroup', 'rw,xattr,release_agent=/lib/x,name=systemd'),
  'proc/self/cgroup': '4:memory:/daemon\n3:cpu,cpuacct:/daemon\n2:freezer:/\n1:name=systemd:/d\n',
  'proc/1/cgroup': '4:memory:/init.scope\n1:name=systemd:/init.scope\n',
  'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
  'sys/fs/cgroup/memory/memory.oom_control': '',
};

const hybrid = {
  ...v1,
  'proc/self/mountinfo': v1['proc/self/mountinfo'] + mount(40, '/unified', 'cgroup2', 'rw'),
  'proc/self/cgroup': `${v1['proc/self/cgroup']}0::/daemon\n`,
};

describe('cgroup layouts', () => {
  it('v2: one hierarchy for everything', () => {
    using machine = new Machine(v2);
    const { host } = machine.cgroups;
    assert.equal(host.layout, 'v2');
    assert.ok(host.controllers.includes('hugetlb') && host.controllers.includes('freezer'));
    assert.deepEqual([host.memorySwap, host.oomKillDisable, host.cpuCfs], [true, false, true]);
    const { directories } = machine.cgroups.locate('/berth/id', 'cgroupfs');
    assert.deepEqual(
      [...new Set(Object.values(directories))],
      [machine.at('sys/fs/cgroup/berth/id')],
    );
  });

  it('v1: joint controllers share a folder, named hierarchies take part', () => {
    using machine = new Machine(v1);
    const { host } = machine.cgroups;
    assert.equal(host.layout, 'v1');
    assert.deepEqual(host.controllers, ['cpu', 'cpuacct', 'memory', 'freezer']);
    assert.deepEqual([host.memorySwap, host.oomKillDisable, host.cpuCfs], [false, true, true]);
    const { directories } = machine.cgroups.locate('/berth/id', 'cgroupfs');
    assert.equal(directories.cpuacct, machine.at('sys/fs/cgroup/cpu,cpuacct/berth/id'));
    assert.equal(directories['name=systemd'], machine.at('sys/fs/cgroup/systemd/berth/id'));
  });

  it('hybrid: v1 controllers, and the unified hierarchy beside them', () => {
    using machine = new Machine(hybrid);
    assert.equal(machine.cgroups.host.layout, 'hybrid');
    const { directories } = machine.cgroups.locate('/berth/id', 'cgroupfs');
    assert.equal(directories.unified, machine.at('sys/fs/cgroup/unified/berth/id'));
    assert.equal(directories.memory, machine.at('sys/fs/cgroup/memory/berth/id'));
  });

  it('none mounted: nothing is offered', () => {
    using machine = new Machine({ ...v2, 'proc/self/mountinfo': '' });
    assert.deepEqual(machine.cgroups.host.controllers, []);
    assert.deepEqual(machine.cgroups.locate('/berth/id', 'cgroupfs').directories, {});
  });
});

describe('cgroup paths', () => {
  it('relative ones hang below (v1) or beside (v2) this process', () => {
    using legacy = new Machine(v1);
    const located = legacy.cgroups.locate('berth/id', 'cgroupfs').directories;
    assert.equal(located.memory, legacy.at('sys/fs/cgroup/memory/daemon/berth/id'));
    using unified = new Machine(v2);
    const beside = unified.cgroups.locate('berth/id', 'cgroupfs').directories;
    assert.equal(beside.memory, unified.at('sys/fs/cgroup/system.slice/berth/id'));
  });

  it('relative ones inside a container count from its mount root', () => {
    using machine = new Machine({
      ...v1,
      'proc/self/mountinfo': mount(31, '/memory', 'cgroup', 'rw,memory', '/docker/abc'),
      'proc/self/cgroup': '4:memory:/docker/abc/daemon\n',
    });
    const { directories } = machine.cgroups.locate('berth/id', 'cgroupfs');
    assert.equal(directories.memory, machine.at('sys/fs/cgroup/memory/daemon/berth/id'));
  });

  it('systemd scopes lie in expanded slices; init.scope does not count', () => {
    for (const files of [v1, v2]) {
      using machine = new Machine(files);
      const inner = (path: string) =>
        machine.cgroups.locate(path, 'systemd').directories.memory?.split('/cgroup')[1];
      const top = files === v1 ? '/memory' : '';
      assert.equal(inner('a-b.slice:berth:id'), `${top}/a.slice/a-b.slice/berth-id.scope`);
      assert.equal(inner(':berth:id'), `${top}/system.slice/berth-id.scope`);
      assert.equal(inner('-.slice:berth:id'), `${top}/berth-id.scope`);
      assert.equal(inner('a.slice:berth:x.slice'), `${top}/a.slice/x.slice`);
    }
  });
});

describe('moves', () => {
  it('are prepared in the cgroup of this process', async () => {
    for (const [files, own] of [
      [v1, 'sys/fs/cgroup/cpu,cpuacct/daemon/cgroup.procs'],
      [v2, 'sys/fs/cgroup/system.slice/berthd.service/cgroup.procs'],
    ] as const) {
      using machine = new Machine({ ...files, [own]: '' });
      await machine.cgroups.prepareMove();
      assert.equal(readFileSync(machine.at(own), 'utf8'), '0');
    }
  });

  it('need no preparation', async () => {
    using machine = new Machine({ ...v2, 'proc/self/mountinfo': '' });
    await machine.cgroups.prepareMove();
    using other = new Machine(v2);
    await other.cgroups.prepareMove();
  });
});

describe('control files', () => {
  it('count kills by the OOM killer', () => {
    using unified = new Machine({
      ...v2,
      'sys/fs/cgroup/berth/id/memory.events': 'low 0\noom 3\noom_kill 2\noom_group_kill 0\n',
    });
    assert.equal(unified.cgroups.oomKills(unified.cgroups.locate('/berth/id', 'cgroupfs')), 2);
    using legacy = new Machine({
      ...v1,
      'sys/fs/cgroup/memory/berth/id/memory.oom_control':
        'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
    });
    assert.equal(legacy.cgroups.oomKills(legacy.cgroups.locate('/berth/id', 'cgroupfs')), 1);
  });

  it('list processes of the cgroup and those below', () => {
    using machine = new Machine({
      ...v2,
      'sys/fs/cgroup/berth/id/cgroup.procs': '10\n11\n',
      'sys/fs/cgroup/berth/id/inner/cgroup.procs': '12\n',
    });
    const { cgroups } = machine;
    assert.deepEqual(cgroups.processes(cgroups.locate('/berth/id', 'cgroupfs')), [10, 11, 12]);
    assert.deepEqual(cgroups.children('/berth'), ['id']);
  });
});

describe('freezing', () => {
  it('of v1 writes the state and reads it back', async () => {
    using machine = new Machine({
      ...v1,
      'sys/fs/cgroup/freezer/berth/id/freezer.state': 'THAWED\n',
    });
    const { cgroups } = machine;
    const state = machine.at('sys/fs/cgroup/freezer/berth/id/freezer.state');
    const location = cgroups.locate('/berth/id', 'cgroupfs');
    writeFileSync(state, '');
    await cgroups.freeze(location);
    assert.equal(readFileSync(state, 'utf8'), 'FROZEN');
    await cgroups.thaw(location);
    assert.equal(readFileSync(state, 'utf8'), 'THAWED');
  });

  it('of v2 is not done before cgroup.events says so', async () => {
    using machine = new Machine({
      ...v2,
      'sys/fs/cgroup/berth/id/cgroup.freeze': '0',
      'sys/fs/cgroup/berth/id/cgroup.events': 'populated 1\nfrozen 0\n',
    });
    const { cgroups } = machine;
    const location = cgroups.locate('/berth/id', 'cgroupfs');
    await assert.rejects(cgroups.freeze(location), { code: 'kernel.freezeTimeout' });
    const file = machine.at('sys/fs/cgroup/berth/id/cgroup.freeze');
    assert.equal(readFileSync(file, 'utf8'), '0', 'taken back');
    machine.write('sys/fs/cgroup/berth/id/cgroup.events', 'populated 1\nfrozen 1\n');
    await cgroups.freeze(location);
    assert.equal(readFileSync(file, 'utf8'), '1');
  });
});
