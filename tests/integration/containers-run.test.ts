import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { ContainersFixture } from './containers-fixture.ts';

let fixture: ContainersFixture;
before(async () => {
  fixture = await ContainersFixture.create();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  await eventually(() => assert.deepEqual(fixture.leftovers(), []));
});

test('a command runs, its output arrives, its exit code counts', async () => {
  const { output, exitCode, id } = await fixture.run(['sh', '-c', 'echo hello; exit 3']);
  assert.equal(output, 'hello\n');
  assert.equal(exitCode, 3);
  const log = await readFile(join(fixture.folder, 'data/containers', id, `${id}-json.log`), 'utf8');
  assert.equal(JSON.parse(log).log, 'hello\n');
  await eventually(() => !existsSync(join(fixture.folder, 'run/containers', id)));
});

test('user, working directory, environment and hostname', async () => {
  const { output } = await fixture.run(
    ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $HOME $A; hostname; cat /etc/hostname'],
    { User: 'app', WorkingDir: '/made/by/start', Env: ['A=1'], Hostname: 'box' },
  );
  assert.equal(output, '1000\n1001\n1001 1002\n/made/by/start\n/home/app 1\nbox\nbox\n');
});

test('a missing program, one that is no program, and a missing user', async () => {
  const cases: readonly (readonly [object, RegExp, number])[] = [
    [{ Cmd: ['nope'] }, /exec: "nope": executable file not found in \$PATH/, 127],
    [{ Cmd: ['/etc/not-executable'] }, /permission denied/, 126],
    [{ Cmd: ['/nope'] }, /no such file or directory/, 127],
    [{ User: 'ghost' }, /unable to find user ghost: no matching entries in passwd file/, 128],
  ];
  for (const [body, message, exitCode] of cases) {
    const { Id: id } = await fixture.service.create({ Image: 'busybox', ...body }, {});
    await assert.rejects(fixture.service.start(id), { message });
    assert.equal((await fixture.service.inspect(id)).State?.ExitCode, exitCode);
    assert.ok(!existsSync(join(fixture.folder, 'run/containers', id)));
    assert.deepEqual(fixture.kernel.mounts.list(join(fixture.folder, 'data/overlay2')), []);
  }
});

test('limits are written into the cgroup, and memory beyond them kills', async () => {
  const mega = 1024 * 1024;
  const { Id: id } = await fixture.service.create(
    {
      Image: 'busybox',
      Cmd: ['sleep', '1000'],
      HostConfig: { Memory: 32 * mega, PidsLimit: 50, CpuShares: 512 },
    },
    {},
  );
  await fixture.service.start(id);
  const { cgroups } = fixture.kernel;
  const location = cgroups.locate(`${fixture.cgroupParent}/${id}`, 'cgroupfs');
  const memoryFile = cgroups.host.layout === 'v2' ? 'memory.max' : 'memory.limit_in_bytes';
  assert.equal(cgroups.read(location, 'memory', memoryFile)?.trim(), String(32 * mega));
  assert.equal(cgroups.read(location, 'pids', 'pids.max')?.trim(), '50');
  await fixture.service.remove(id, { force: true });
  const { exitCode, id: fat } = await fixture.run(
    ['sh', '-c', 'a=x; while true; do a=$a$a$a$a; done'],
    { HostConfig: { Memory: 16 * mega, MemorySwap: 16 * mega } },
  );
  assert.equal(exitCode, 137);
  assert.equal((await fixture.service.inspect(fat)).State?.OOMKilled, true);
});

test('pause freezes, unpause and stop thaw', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create({ Image: 'busybox', Cmd: ['sleep', '1000'] }, {});
  await service.start(id);
  await service.pause(id);
  assert.equal((await service.inspect(id)).State?.Status, 'paused');
  await service.unpause(id);
  assert.equal((await service.inspect(id)).State?.Status, 'running');
  await service.pause(id);
  await service.stop(id, { timeout: 0 });
  assert.equal((await service.inspect(id)).State?.Status, 'exited');
});

test('--rm frees the name at once, fifty times over and in parallel', async () => {
  const { service } = fixture;
  for (let round = 0; round < 10; round++) {
    await service.create(
      { Image: 'busybox', Cmd: ['true'], HostConfig: { AutoRemove: true } },
      { name: 'again' },
    );
    const { result } = await service.wait('again', 'removed');
    await service.start('again');
    assert.equal((await result).StatusCode, 0);
  }
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const { Id: id } = await service.create(
        { Image: 'busybox', Cmd: ['sh', '-c', `exit ${index}`], HostConfig: { AutoRemove: true } },
        { name: `parallel-${index}` },
      );
      const { result } = await service.wait(id, 'removed');
      await service.start(id);
      assert.equal((await result).StatusCode, index);
    }),
  );
});
