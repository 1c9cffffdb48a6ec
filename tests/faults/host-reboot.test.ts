import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { eventually, runCommand, TestDaemon } from '@berth/testing';
import { removeCgroupParent } from './daemon-invariants.ts';

const cgroupParent = `/berth-reboot-${randomBytes(4).toString('hex')}`;
after(() => removeCgroupParent(cgroupParent));

test('after a restart of the host the policies hold, peers first, and states are true', async () => {
  await using daemon = await TestDaemon.start({ args: ['--cgroup-parent', cgroupParent] });
  const run = (name: string, ...args: string[]) =>
    daemon.dockerOk(['run', '-d', '--name', name, ...args, 'busybox', 'sleep', '1000']);
  const web = ['-p', '8080:80', '-v', 'data:/data'];
  const serve = ['sh', '-c', 'echo kept >> /data/index.html; httpd -f -h /data'];
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'web',
    '--restart',
    'always',
    ...web,
    'busybox',
    ...serve,
  ]);
  await run('joined', '--restart', 'always', '--network', 'container:web');
  await run('unless', '--restart', 'unless-stopped');
  await run('by-hand', '--restart', 'unless-stopped');
  await run('on-failure', '--restart', 'on-failure:3');
  await run('no-policy');
  await run('passing', '--rm');
  await daemon.dockerOk(['stop', '-t', '0', 'by-hand']);

  await crashHost(daemon);
  await daemon.startProcess();
  const status = () => daemon.dockerOk(['ps', '-a', '--format', '{{.Names}} {{.Status}}']);
  await eventually(async () => {
    const lines = (await status())
      .split('\n')
      .map((line) => line.replace(/ (Less than|\d).*$/, ''));
    assert.deepEqual(lines.sort(), [
      'by-hand Exited (137)',
      'joined Up',
      'no-policy Exited (255)',
      'on-failure Up',
      'unless Up',
      'web Up',
    ]);
  });
  assert.equal(await namespaceOf(daemon, 'joined'), await namespaceOf(daemon, 'web'));
  await eventually(async () => {
    const page = await daemon.inNamespace('curl', ['-s', 'http://127.0.0.1:8080/']);
    assert.equal(page.stdout, 'kept\nkept\n');
  });
});

async function namespaceOf(daemon: TestDaemon, name: string): Promise<string> {
  const pid = await daemon.dockerOk(['inspect', '-f', '{{.State.Pid}}', name]);
  return readlinkSync(`/proc/${pid}/ns/net`);
}

/** Ends everything at once and takes away what does not outlive a boot: processes, mounts, links, /run, the boot ID. */
async function crashHost(daemon: TestDaemon): Promise<void> {
  await daemon.stopProcess('SIGKILL');
  for (const { pid, program } of daemon.processes()) {
    if (program === 'berth-shim') process.kill(pid, 'SIGKILL');
  }
  await eventually(() => {
    for (const pid of containerProcesses()) process.kill(pid, 'SIGKILL');
    assert.deepEqual(containerProcesses(), []);
  });
  await runCommand('sh', [
    '-c',
    `rmdir /sys/fs/cgroup${cgroupParent}/* /sys/fs/cgroup/*${cgroupParent}/*`,
  ]);
  for (const mount of mountsBelow(daemon.directory)) await runCommand('umount', ['-l', mount]);
  rmSync(daemon.execRoot, { recursive: true });
  await daemon.inNamespace('sh', ['-c', 'nft flush ruleset; ip link del docker0']);
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const database = new DatabaseSync(path.join(daemon.dataRoot, 'state.db'));
  const change = database.prepare('UPDATE t_containers SET record = replace(record, ?, ?)');
  assert.ok(Number(change.run(bootId, '00000000-0000-0000-0000-000000000000').changes) > 0);
  database.close();
}

function containerProcesses(): number[] {
  return ['', ...readdirSync('/sys/fs/cgroup')].flatMap((hierarchy) => {
    const folder = path.join('/sys/fs/cgroup', hierarchy, cgroupParent);
    if (!existsSync(path.join(folder, 'cgroup.procs'))) return [];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readFileSync(path.join(folder, name, 'cgroup.procs'), 'utf8').split('\n'),
      )
      .filter((line) => line !== '')
      .map(Number);
  });
}

/** The last mounted first. */
function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mountPoint) => mountPoint.startsWith(`${folder}/`))
    .reverse();
}
