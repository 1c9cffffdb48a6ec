import assert from 'node:assert/strict';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, runCommand, TestDaemon } from '@berth/testing';

/** Ranges of IDs are given out in these files: they are put back as they were. */
const files = ['/etc/subuid', '/etc/subgid'] as const;
const original = files.map((file) => (existsSync(file) ? readFileSync(file) : undefined));
after(() => {
  for (const [index, file] of files.entries()) {
    const content = original[index];
    if (content === undefined) rmSync(file, { force: true });
    else writeFileSync(file, content);
  }
});

function startOf(file: (typeof files)[number]): number {
  const line = /^dockremap:(\d+):(\d+)$/m.exec(readFileSync(file, 'utf8'));
  assert.ok(line, `${file} has no range for dockremap`);
  return Number(line[1]);
}

async function processOf(daemon: TestDaemon, container: string): Promise<string> {
  const pid = await daemon.dockerOk(['inspect', '-f', '{{.State.Pid}}', container]);
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

/** Owner and name of each member, as tar(1) lists them. */
async function listed(archive: string): Promise<string> {
  const { stdout } = await runCommand('tar', ['--numeric-owner', '-tvf', archive]);
  return stdout.replaceAll(/ +/g, ' ');
}

for (const driver of ['overlay2', 'vfs']) {
  describe(`userns-remap with ${driver}`, () => {
    let daemon: TestDaemon;
    before(async () => {
      const args = ['--storage-driver', driver];
      daemon = await TestDaemon.start({ args, config: { 'userns-remap': 'default' } });
    });
    after(() => daemon[Symbol.asyncDispose]());
    const ok = (...args: string[]) => daemon.dockerOk(args);

    test('root inside is the first mapped user outside', async () => {
      await ok('run', '-d', '--name', 'mapped', 'busybox', 'sleep', '600');
      const [uid, gid] = [startOf('/etc/subuid'), startOf('/etc/subgid')];
      const status = await processOf(daemon, 'mapped');
      assert.match(status, new RegExp(`^Uid:\t${uid}\t${uid}`, 'm'));
      assert.match(status, new RegExp(`^Gid:\t${gid}\t${gid}`, 'm'));
      assert.equal(await ok('exec', 'mapped', 'id', '-u'), '0');
      assert.equal(
        await ok('exec', '-u', '1000:50', 'mapped', 'sh', '-c', 'id -u; id -g'),
        '1000\n50',
      );
      assert.match(await ok('info', '-f', '{{.SecurityOptions}}'), /name=userns/);
    });

    test('it has what a root needs in its own namespaces', async () => {
      const script =
        'test $(stat -c %u:%g /bin/busybox /etc/hosts /etc/hostname /etc/resolv.conf /dev/shm | sort -u) = 0:0 && ' +
        'echo 1.2.3.4 name >> /etc/hosts && ip link set eth0 mtu 1400 && hostname other && ' +
        'echo x > /dev/null && mount -t tmpfs none /mnt && touch /etc/made && ping -c 1 -W 5 127.0.0.1';
      await ok(
        'run',
        '--rm',
        '--cap-add',
        'ALL',
        '--security-opt',
        'seccomp=unconfined',
        'busybox',
        'sh',
        '-c',
        `mkdir /mnt; ${script}`,
      );
      assert.equal(
        await ok(
          'run',
          '--rm',
          '--network',
          'container:mapped',
          'busybox',
          'cat',
          '/proc/self/uid_map',
        ).then((text) => text.trim().split(/ +/)[1]),
        String(startOf('/etc/subuid')),
      );
    });

    test('what is made inside is on disk, in archives and in images as it was inside', async () => {
      await ok(
        'exec',
        'mapped',
        'sh',
        '-c',
        'echo a > /made && chown 1000:50 /made && mkdir -m 700 /own',
      );
      assert.equal(await ok('diff', 'mapped'), 'A /made\nA /own');
      const archive = path.join(daemon.directory, 'out.tar');
      await ok('export', '-o', archive, 'mapped');
      const all = await listed(archive);
      assert.match(all, /^-rw-r--r-- 1000\/50 2 .* made$/m);
      assert.match(all, /^drwx------ 0\/0 0 .* own\/$/m);
      assert.match(all, /0\/0 .* bin\/busybox$/m);
      writeFileSync(archive, (await daemon.docker(['cp', 'mapped:/made', '-'])).stdout, 'latin1');
      assert.match(await listed(archive), /^-rw-r--r-- 1000\/50 2 .* made$/m);
      await ok('commit', 'mapped', 'made');
      for (const mode of [[], ['--userns=host']]) {
        const run = [
          'run',
          '--rm',
          ...mode,
          'made',
          'stat',
          '-c',
          '%u:%g',
          '/made',
          '/own',
          '/bin',
        ];
        assert.equal(await ok(...run), '1000:50\n0:0\n0:0');
      }
    });

    test('cp takes owners over, into running and stopped containers', async () => {
      const here = path.join(daemon.directory, 'here');
      mkdirSync(path.join(here, 'sub'), { recursive: true });
      writeFileSync(path.join(here, 'sub/file'), 'x');
      chownSync(path.join(here, 'sub/file'), 1234, 4321);
      await ok(
        'create',
        '--name',
        'stopped',
        'busybox',
        'stat',
        '-c',
        '%u:%g',
        '/in/sub/file',
        '/in',
      );
      for (const name of ['mapped', 'stopped']) await ok('cp', '-a', here, `${name}:/in`);
      const seen = await ok('exec', 'mapped', 'stat', '-c', '%u:%g', '/in/sub/file', '/in');
      assert.equal(seen, '1234:4321\n0:0');
      assert.equal(await ok('start', '-a', 'stopped'), seen);
      const archive = path.join(daemon.directory, 'back.tar');
      writeFileSync(archive, (await daemon.docker(['cp', 'stopped:/in', '-'])).stdout, 'latin1');
      assert.match(await listed(archive), /1234\/4321 1 .* in\/sub\/file$/m);
      chownSync(path.join(here, 'sub/file'), 70_000, 0);
      const tar = await runCommand('sh', [
        '-c',
        `tar -C ${here} -cf - sub | docker -H ${daemon.host} cp -a - mapped:/in`,
      ]);
      assert.match(tar.stderr, /owner 70000:0 has no counterpart in the user namespace/);
      await ok('rm', 'stopped');
    });

    test('a new volume belongs to the mapped root, a bind stays as it is', async () => {
      const bind = path.join(daemon.directory, 'bind');
      mkdirSync(bind);
      const run = [
        'run',
        '--rm',
        '-v',
        'vol:/vol',
        '-v',
        `${bind}:/bind`,
        '--tmpfs',
        '/tmp',
        'busybox',
      ];
      const script =
        'touch /vol/file /tmp/file && stat -c %u /vol /vol/file /bind /tmp && ! touch /bind/x';
      assert.equal(await ok(...run, 'sh', '-c', script), '0\n0\n65534\n0');
      const data = await ok('volume', 'inspect', '-f', '{{.Mountpoint}}', 'vol');
      assert.equal(lstatSync(path.join(data, 'file')).uid, startOf('/etc/subuid'));
      assert.equal(lstatSync(data).mode & 0o777, 0o755);
      assert.equal(lstatSync(bind).uid, 0);
      // From the image, at the first use.
      await ok('run', '--rm', '-v', 'filled:/bin', 'busybox', 'stat', '-c', '%u', '/bin/busybox');
      const filled = await ok('volume', 'inspect', '-f', '{{.Mountpoint}}', 'filled');
      assert.equal(lstatSync(path.join(filled, 'busybox')).gid, startOf('/etc/subgid'));
    });

    test('the layers are shared with containers in the namespace of the host', async () => {
      const run = ['run', '--rm', '--userns=host', '--privileged', '--pid=host', '--network=host'];
      assert.equal(
        await ok(
          ...run,
          'busybox',
          'sh',
          '-c',
          'cat /proc/self/uid_map | tr -s " "; stat -c %u /bin',
        ),
        ' 0 0 4294967295\n0',
      );
      assert.equal(await ok('inspect', '-f', '{{.HostConfig.UsernsMode}}', 'mapped'), '');
    });

    test('namespaces are joined together with the user namespace that they belong to', async () => {
      const modes = ['--network', '--pid', '--ipc'].map((flag) => `${flag}=container:shared`);
      await ok('run', '-d', '--name', 'shared', '--ipc', 'shareable', 'busybox', 'sleep', '600');
      const shown = await ok('run', '--rm', ...modes, 'busybox', 'sh', '-c', 'ps; ls /proc/1');
      assert.match(shown, /sleep 600/);
      for (const [flag, command, seen] of [
        ['--pid', 'ps; ls /proc/1', /sleep 600/],
        ['--ipc', 'df /dev/shm; ip addr show eth0', /inet /],
      ] as const) {
        const apart = ['run', '--rm', `${flag}=container:shared`, 'busybox', 'sh', '-c', command];
        assert.match(await ok(...apart), seen);
      }
      await ok('run', '-d', '--name', 'other', 'busybox', 'sleep', '60');
      const both = ['--pid=container:shared', '--network=container:other'];
      const apart = await daemon.docker(['run', '--rm', ...both, 'busybox', 'true']);
      assert.match(apart.stderr, /it is in another user namespace than the others/);
      const foreign = ['run', '-d', '--name', 'foreign', '--userns=host', 'busybox', 'sleep', '60'];
      await ok(...foreign);
      const mixed = ['run', '--rm', '--network=container:foreign', 'busybox', 'true'];
      assert.match(
        (await daemon.docker(mixed)).stderr,
        /start this one with --userns=host as well/,
      );
      await ok('rm', '-f', 'shared', 'foreign', 'other');
    });

    const refused: readonly (readonly [string, RegExp])[] = [
      ['--privileged', /privileged mode is incompatible with user namespaces/],
      [
        '--network=host',
        /cannot share the host's network namespace when user namespaces are enabled/,
      ],
      ['--pid=host', /cannot share the host PID namespace when user namespaces are enabled/],
      ['--userns=private', /invalid USER mode|invalid user namespace mode/],
    ];
    for (const [flag, message] of refused) {
      test(`${flag} is refused`, async () => {
        const result = await daemon.docker(['run', '--rm', flag, 'busybox', 'true']);
        assert.equal(result.code, 125);
        assert.match(result.stderr, message);
      });
    }

    test('names, published ports, health and logs are as without', async () => {
      await ok('network', 'create', 'app');
      const health = [
        '--health-cmd',
        'test -w /etc/hosts && wget -qO /dev/null http://127.0.0.1:8080/hosts',
        '--health-interval',
        '100ms',
      ];
      const serve = 'echo ready; exec httpd -f -p 8080 -h /etc';
      await ok(
        ...['run', '-d', '--name', 'web', '--network', 'app', '-p', '18080:8080', ...health],
        ...['busybox', 'sh', '-c', serve],
      );
      await eventually(async () =>
        assert.equal(await ok('inspect', '-f', '{{.State.Health.Status}}', 'web'), 'healthy'),
      );
      const ask = ['run', '--rm', '--network', 'app', 'busybox', 'wget', '-qO-'];
      assert.match(await ok(...ask, 'http://web:8080/group'), /^root:/);
      const published = ['nsenter', `--net=${daemon.networkNamespace}`, 'wget', '-qO-'] as const;
      const { stdout } = await runCommand(published[0], [
        ...published.slice(1),
        'http://127.0.0.1:18080/group',
      ]);
      assert.match(stdout, /^root:/);
      assert.equal(await ok('logs', 'web'), 'ready');
      await ok('rm', '-f', 'web');
      await ok('network', 'rm', 'app');
    });

    for (const point of ['sandbox.namespace', 'start.prepared', 'start.spec', 'start.started']) {
      test(`a daemon that is killed at ${point} leaves a container that starts`, async () => {
        await daemon.stopProcess();
        await daemon.startProcess([], { BERTH_FAULT_POINT: point });
        await daemon.docker(['run', '-d', '--name', 'cut', 'busybox', 'sleep', '600']);
        await daemon.ended();
        await daemon.startProcess();
        await ok('start', 'cut');
        assert.equal(await ok('exec', 'cut', 'id', '-u'), '0');
        assert.match(
          await processOf(daemon, 'cut'),
          new RegExp(`^Uid:\t${startOf('/etc/subuid')}`, 'm'),
        );
        await ok('rm', '-f', 'cut');
      });
    }

    test('a killed daemon comes back to its containers, also when it no longer maps', async () => {
      const before = await ok('inspect', '-f', '{{.State.Pid}}', 'mapped');
      await daemon.stopProcess('SIGKILL');
      await daemon.startProcess();
      assert.equal(await ok('exec', 'mapped', 'stat', '-c', '%u:%g', '/made'), '1000:50');
      await daemon.stopProcess('SIGKILL');
      daemon.writeConfig({});
      await daemon.startProcess();
      assert.equal(await ok('inspect', '-f', '{{.State.Pid}}', 'mapped'), before);
      const archive = path.join(daemon.directory, 'out.tar');
      await ok('export', '-o', archive, 'mapped');
      assert.match(await listed(archive), /^-rw-r--r-- 1000\/50 2 .* made$/m);
      await ok('restart', '-t', '0', 'mapped');
      assert.match(await processOf(daemon, 'mapped'), /^Uid:\t0\t0/m);
      assert.equal(await ok('exec', 'mapped', 'stat', '-c', '%u:%g', '/made'), '1000:50');
      await ok('rm', '-f', 'mapped');
      const { mounts } = readMounts(daemon);
      assert.deepEqual(mounts, []);
    });
  });
}

/** Mounts below the daemon's exec root that belong to mappings. */
function readMounts(daemon: TestDaemon): { readonly mounts: string[] } {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return { mounts: lines.filter((line) => line.includes(` ${daemon.execRoot}/mapped`)) };
}

test('a setting without ranges ends the daemon with the cure', async () => {
  await assert.rejects(
    TestDaemon.start({ config: { 'userns-remap': 'no-such-user' } }),
    /subuid has no range for no-such-user: add a line such as no-such-user:100000:65536/,
  );
});
