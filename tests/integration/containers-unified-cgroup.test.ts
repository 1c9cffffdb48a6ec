import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, freshNetwork, runCommand } from '@berth/testing';

/**
 * A daemon that finds cgroup version 2 alone, in a mount namespace where nothing else is mounted. Controllers that the
 * host has on version 1 are missing there: freezing, statistics and taking over work, limits are discarded with a warning.
 */
const repository = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'berth-test-unified-'));
const parent = `/berth-unified-${randomBytes(4).toString('hex')}`;
const unifiedOnly = `
mount --make-rprivate / && umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&
${freshNetwork} && exec "$@"`;
/** Those of the version 2 hierarchy that were not handed down before. */
const controllersHandedDown = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']
  .filter((root) => existsSync(`${root}/cgroup.subtree_control`))
  .flatMap((root) => {
    const words = (file: string) => readFileSync(`${root}/${file}`, 'utf8').trim().split(' ');
    const before = words('cgroup.subtree_control');
    return words('cgroup.controllers').filter((each) => !before.includes(each));
  })
  .join(' ');
let holder: ChildProcess;
let daemon: ChildProcess;

const docker = async (...args: string[]): Promise<string> => {
  const env = { DOCKER_HOST: `unix://${folder}/d.sock`, DOCKER_CONFIG: folder };
  const { code, stdout, stderr } = await runCommand('docker', args, { env });
  assert.equal(code, 0, `docker ${args.join(' ')}: ${stderr}`);
  return `${stdout}${stderr}`.trim();
};

async function startDaemon(): Promise<void> {
  const roots = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`];
  const own = ['-H', `unix://${folder}/d.sock`, '--pidfile', `${folder}/pid`];
  const berthd = [path.join(repository, 'bin/berthd'), ...own, ...roots, '--cgroup-parent', parent];
  const inside = [`--net=/proc/${holder.pid}/ns/net`, `--mount=/proc/${holder.pid}/ns/mnt`];
  daemon = spawn('nsenter', [...inside, ...berthd], { stdio: 'ignore' });
  await eventually(() => docker('version'));
}

before(async () => {
  const script = ['sh', '-c', unifiedOnly, 'sh', 'sh', '-c', 'echo ready; exec sleep infinity'];
  holder = spawn('unshare', ['--mount', '--net', ...script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.ok(holder.stdout);
  await once(holder.stdout, 'data');
  await startDaemon();
  const busybox = path.join(repository, 'scripts/busybox-root.sh');
  const tar = execFileSync('sh', [busybox], { maxBuffer: 1 << 28 });
  execFileSync('docker', ['import', '-', 'busybox'], {
    input: tar,
    env: { ...process.env, DOCKER_HOST: `unix://${folder}/d.sock` },
  });
});

after(async () => {
  await docker('rm', '-f', 'busy', 'limited').catch(() => undefined);
  daemon.kill('SIGTERM');
  await once(daemon, 'exit');
  const inside = ['-t', String(holder.pid), '--mount', 'rmdir', `/sys/fs/cgroup${parent}`];
  await runCommand('nsenter', inside);
  // The runtime has handed the controllers down; left so, nobody can mount them as version 1.
  const back = `cd /sys/fs/cgroup; for each in ${controllersHandedDown}; do echo "-$each" >cgroup.subtree_control; done`;
  await runCommand('nsenter', ['-t', String(holder.pid), '--mount', 'sh', '-c', back]);
  holder.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('a container runs, is paused and looked after, and the next daemon takes it over', async () => {
  assert.equal(await docker('info', '-f', '{{.CgroupVersion}}'), '2');
  const health = ['--health-cmd', 'true', '--health-interval', '200ms'];
  await docker('run', '-d', '--name', 'busy', ...health, 'busybox', 'sleep', '1000');
  await eventually(async () => assert.match(await docker('ps'), /\(healthy\)/));
  const pid = await docker('inspect', '-f', '{{.State.Pid}}', 'busy');
  const own = execFileSync('cat', [`/proc/${pid}/cgroup`], { encoding: 'utf8' });
  assert.match(own, new RegExp(`^0::${parent}/[0-9a-f]{64}$`, 'm'));
  const frozen = (): string =>
    execFileSync('nsenter', [
      ...['-t', String(holder.pid), '--mount', 'sh', '-c'],
      `grep frozen /sys/fs/cgroup${parent}/*/cgroup.events`,
    ]).toString();
  await docker('pause', 'busy');
  assert.match(frozen(), /frozen 1/);
  await docker('unpause', 'busy');
  assert.match(frozen(), /frozen 0/);
  daemon.kill('SIGKILL');
  await once(daemon, 'exit');
  await startDaemon();
  assert.equal(await docker('inspect', '-f', '{{.State.Pid}}', 'busy'), pid);
  assert.equal(await docker('exec', 'busy', 'echo', 'yes'), 'yes');
  assert.equal(await docker('stats', '--no-stream', '--format', '{{.Name}}', 'busy'), 'busy');
  await docker('rm', '-f', 'busy');
  assert.equal(existsSync(`/proc/${pid}`), false);
});

test('a limit without its controller is discarded with a warning, and the container runs', async () => {
  const controllers = (await docker('info', '-f', '{{.MemoryLimit}} {{.PidsLimit}}')).split(' ');
  const limits = ['-m', '32m', '--memory-swap', '32m', '--pids-limit', '20'];
  const told = await docker('run', '--name', 'limited', ...limits, 'busybox', 'echo', 'hello');
  assert.match(told, /hello/);
  assert.equal(/memory limit capabilities/.test(told), controllers[0] === 'false');
  assert.equal(/PIDs limit capabilities/.test(told), controllers[1] === 'false');
});
