import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

interface RunCase {
  readonly name: string;
  /** Flags before the image. */
  readonly flags?: readonly string[];
  readonly command: readonly string[];
  readonly code?: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: RegExp;
}

const shell = (script: string) => ['sh', '-c', script];

const cases: readonly RunCase[] = [
  { name: 'output', command: ['echo', 'hello'], stdout: 'hello\n' },
  {
    name: 'both streams',
    command: shell('echo out; echo err >&2'),
    stdout: 'out\n',
    stderr: /^err$/m,
  },
  { name: 'exit code', command: shell('exit 42'), code: 42 },
  {
    name: 'death by signal',
    flags: ['--init'],
    command: shell('kill -TERM $$; sleep 1'),
    code: 143,
  },
  {
    name: 'a missing program is 127',
    command: ['no-such-program'],
    code: 127,
    stderr: /executable file not found in \$PATH/,
  },
  {
    name: 'a missing path is 127',
    command: ['/no/such/program'],
    code: 127,
    stderr: /no such file or directory/,
  },
  {
    name: 'a program without x is 126',
    command: ['/etc/passwd'],
    code: 126,
    stderr: /permission denied/,
  },
  {
    name: 'a folder as a program is 126',
    command: ['/etc'],
    code: 126,
    stderr: /permission denied|is a directory/,
  },
  {
    name: 'a bad flag is 125',
    flags: ['--no-such-flag'],
    command: ['true'],
    code: 125,
    stderr: /unknown flag/,
  },
  {
    name: 'a missing image is 125',
    flags: ['--pull', 'never', 'no-such-image'],
    command: [],
    code: 125,
    stderr: /No such image: no-such-image:latest/,
  },
  {
    name: 'entrypoint',
    flags: ['--entrypoint', '/bin/echo'],
    command: ['a', 'b'],
    stdout: 'a b\n',
  },
  {
    name: 'environment',
    flags: ['-e', 'A=1', '-e', 'B=x y', '--env', 'PATH=/bin'],
    command: shell('echo "$A|$B|$PATH|$HOME"'),
    stdout: '1|x y|/bin|/root\n',
  },
  {
    name: 'workdir is made when missing',
    flags: ['-w', '/some/where'],
    command: ['pwd'],
    stdout: '/some/where\n',
  },
  { name: 'user by name', flags: ['-u', 'nobody'], command: ['id', '-u'], stdout: '65534\n' },
  {
    name: 'user and group by number',
    flags: ['-u', '7:8', '--group-add', '9'],
    command: ['id'],
    stdout: /uid=7 gid=8 groups=8,9/,
  },
  {
    name: 'user by name in the image, with its groups',
    flags: ['-u', 'root'],
    command: ['id', '-G'],
    stdout: '0 10\n',
  },
  {
    name: 'a missing user',
    flags: ['-u', 'nosuchuser'],
    command: ['true'],
    code: 125,
    stderr: /unable to find user nosuchuser: no matching entries in passwd file/,
  },
  {
    name: 'hostname',
    flags: ['-h', 'box', '--domainname', 'example.org'],
    command: shell('hostname; cat /etc/hostname; cat /proc/sys/kernel/domainname'),
    stdout: /^box\nbox/,
  },
  {
    name: 'read-only root',
    flags: ['--read-only'],
    command: ['touch', '/x'],
    code: 1,
    stderr: /Read-only file system/,
  },
  {
    name: 'tmpfs',
    flags: ['--read-only', '--tmpfs', '/scratch:size=1m,mode=1770'],
    command: shell('touch /scratch/x && grep " /scratch " /proc/mounts && stat -c %a /scratch'),
    stdout: /tmpfs .*size=1024k[\s\S]*1770\n$/,
  },
  {
    name: 'shm size',
    flags: ['--shm-size', '2m'],
    command: shell('df -k /dev/shm | tail -n 1'),
    stdout: / 2048 /,
  },
  {
    name: 'ulimits',
    flags: ['--ulimit', 'nofile=64:128'],
    command: shell('ulimit -Sn; ulimit -Hn'),
    stdout: '64\n128\n',
  },
  {
    name: 'sysctls',
    flags: ['--sysctl', 'net.ipv4.ip_default_ttl=33'],
    command: ['cat', '/proc/sys/net/ipv4/ip_default_ttl'],
    stdout: '33\n',
  },
  {
    name: 'default capabilities',
    command: shell('grep CapBnd /proc/self/status'),
    stdout: 'CapBnd:\t00000000a80425fb\n',
  },
  {
    name: 'dropped capabilities',
    flags: ['--cap-drop', 'ALL', '--cap-add', 'chown'],
    command: shell('grep CapBnd /proc/self/status'),
    stdout: 'CapBnd:\t0000000000000001\n',
  },
  {
    name: 'an unknown capability',
    flags: ['--cap-add', 'NO_SUCH'],
    command: ['true'],
    code: 125,
    stderr: /unknown capability: "(CAP_)?NO_SUCH"/,
  },
  {
    name: 'seccomp is on',
    command: shell('grep Seccomp: /proc/self/status'),
    stdout: 'Seccomp:\t2\n',
  },
  {
    name: 'seccomp stops mount',
    flags: ['--cap-add', 'SYS_PTRACE'],
    command: ['unshare', '-m', 'true'],
    code: 1,
    stderr: /Operation not permitted/,
  },
  {
    name: 'seccomp off',
    flags: ['--security-opt', 'seccomp=unconfined'],
    command: shell('grep Seccomp: /proc/self/status'),
    stdout: 'Seccomp:\t0\n',
  },
  {
    name: 'no new privileges',
    flags: ['--security-opt', 'no-new-privileges'],
    command: shell('grep NoNewPrivs /proc/self/status'),
    stdout: 'NoNewPrivs:\t1\n',
  },
  {
    name: 'masked paths',
    command: shell('wc -c < /proc/keys; ls /sys/firmware | wc -l'),
    stdout: /^0\n0\n$/,
  },
  {
    name: 'read-only paths',
    command: shell('echo 1 > /proc/sys/kernel/panic'),
    code: 1,
    stderr: /Read-only file system/,
  },
  {
    name: 'privileged',
    flags: ['--privileged'],
    command: shell(
      'mount -t tmpfs none /mnt 2>/dev/null || { mkdir -p /mnt; mount -t tmpfs none /mnt; }; ls /dev/loop-control /dev/null',
    ),
    stdout: /\/dev\/null/,
  },
  {
    name: 'a device',
    flags: ['--device', '/dev/zero:/dev/nothing:r'],
    command: shell('head -c 3 /dev/nothing | wc -c'),
    stdout: '3\n',
  },
  {
    name: 'a missing device',
    flags: ['--device', '/dev/no-such'],
    command: ['true'],
    code: 127,
    stderr:
      /error gathering device information while adding custom device "\/dev\/no-such": no such file or directory/,
  },
  {
    name: 'oom score',
    flags: ['--oom-score-adj', '500'],
    command: ['cat', '/proc/self/oom_score_adj'],
    stdout: '500\n',
  },
  { name: 'pid namespace', command: shell('echo $$'), stdout: '1\n' },
  {
    name: 'host pid namespace',
    flags: ['--pid', 'host'],
    command: shell('test $$ -gt 1 && echo yes'),
    stdout: 'yes\n',
  },
  {
    name: 'host uts namespace',
    flags: ['--uts', 'host'],
    command: ['hostname'],
    stdout: new RegExp(`^${readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()}\n$`),
  },
  {
    name: 'init',
    flags: ['--init'],
    command: ['ps', '-o', 'pid,comm'],
    stdout: /1 (docker-init|tini)/,
  },
  {
    name: 'dns',
    flags: ['--dns', '9.9.9.9', '--dns-search', 'example.org', '--dns-option', 'ndots:2'],
    command: ['cat', '/etc/resolv.conf'],
    stdout: /nameserver 9\.9\.9\.9[\s\S]*search example\.org[\s\S]*options ndots:2/,
  },
  {
    name: 'extra hosts',
    flags: ['--add-host', 'db:10.1.2.3'],
    command: ['cat', '/etc/hosts'],
    stdout: /^10\.1\.2\.3\tdb$/m,
  },
  {
    name: 'no network',
    flags: ['--network', 'none'],
    command: ['ls', '/sys/class/net'],
    stdout: 'lo\n',
  },
  {
    name: 'mac address',
    flags: ['--mac-address', '02:42:ac:11:00:99'],
    command: ['cat', '/sys/class/net/eth0/address'],
    stdout: '02:42:ac:11:00:99\n',
  },
  {
    name: 'conflicting restart and rm',
    flags: ['--restart', 'always'],
    command: ['true'],
    code: 125,
    stderr: /[Cc]onflicting options/,
  },
  {
    name: 'too little memory',
    flags: ['-m', '1m'],
    command: ['true'],
    code: 125,
    stderr: /Minimum memory limit allowed is 6MB/,
  },
  {
    name: 'an invalid name',
    flags: ['--name', '-bad-'],
    command: ['true'],
    code: 125,
    stderr: /Invalid container name/,
  },
];

for (const { name, flags = [], command, code = 0, stdout, stderr } of cases) {
  test(`run: ${name}`, async () => {
    const image = flags.includes('never') ? [] : ['busybox'];
    const result = await daemon.docker(['run', '--rm', ...flags, ...image, ...command]);
    assert.equal(result.code, code, result.stderr);
    if (typeof stdout === 'string') assert.equal(result.stdout, stdout);
    else if (stdout !== undefined) assert.match(result.stdout, stdout);
    if (stderr !== undefined) assert.match(result.stderr, stderr);
  });
}

test('nothing is left of all those', async () => {
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
});

test('100 MB go through stdin and stdout unharmed', async () => {
  const block = randomBytes(1 << 20);
  const input = Buffer.concat(Array.from({ length: 100 }, () => block));
  const digest = createHash('sha256').update(input).digest('hex');
  const result = await daemon.docker(
    ['run', '-i', '--rm', 'busybox', 'sh', '-c', 'cat | tee /dev/stderr 2>/dev/null | sha256sum'],
    { input },
  );
  assert.equal(result.stdout.split(' ')[0], digest);
  const file = path.join(daemon.directory, 'hundred');
  writeFileSync(file, input);
  const echoed = await daemon.inNamespace(
    'sh',
    ['-c', `docker run -i --rm busybox cat < ${file} | sha256sum`],
    {
      env: { DOCKER_HOST: daemon.host },
    },
  );
  assert.equal(echoed.stdout.split(' ')[0], digest);
});

test('a terminal of the asked size, with echo and exit code', async () => {
  const script = [
    '-qec',
    'stty rows 33 cols 101; docker run -it --rm busybox sh -c "tty; stty size; exit 7"',
    '/dev/null',
  ];
  const result = await daemon.inNamespace('script', script, {
    env: { DOCKER_HOST: daemon.host, TERM: 'xterm' },
  });
  assert.match(result.stdout, /\/dev\/pts\/0\r\n[\s\S]*33 101\r\n/);
  assert.equal(result.code, 7);
});

test('50 containers at once', async () => {
  const runs = Array.from({ length: 50 }, (_, index) =>
    daemon.docker(['run', '--rm', 'busybox', 'echo', `n${index}`]),
  );
  const results = await Promise.all(runs);
  assert.deepEqual(
    results.map((result) => result.stdout.trim() || result.stderr),
    Array.from({ length: 50 }, (_, index) => `n${index}`),
  );
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
});

test('a name is free as soon as run --rm returns', async () => {
  for (let round = 0; round < 8; round++) {
    await daemon.dockerOk(['run', '--rm', '--name', 'again', 'busybox', 'true']);
  }
});

test('a failed start leaves a container in a true state, and its name blocks', async () => {
  const failed = await daemon.docker(['run', '--name', 'broken', 'busybox', 'no-such-program']);
  assert.equal(failed.code, 127);
  const state = await daemon.dockerOk([
    'inspect',
    '-f',
    '{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}}',
    'broken',
  ]);
  assert.equal(state, 'created 127 0');
  const conflict = await daemon.docker(['create', '--name', 'broken', 'busybox']);
  assert.match(
    conflict.stderr,
    /Conflict\. The container name "\/broken" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\) that container to be able to reuse that name\./,
  );
  await daemon.dockerOk(['rm', 'broken']);
});

test('cidfile and label files', async () => {
  const cidfile = path.join(daemon.directory, 'cid');
  const labels = path.join(daemon.directory, 'labels');
  writeFileSync(labels, 'from.file=yes\n# comment\n');
  const id = await daemon.dockerOk([
    'create',
    '--cidfile',
    cidfile,
    '--label-file',
    labels,
    '--label',
    'a=b',
    'busybox',
  ]);
  assert.equal(readFileSync(cidfile, 'utf8'), id);
  const found = await daemon.dockerOk([
    'inspect',
    '-f',
    '{{index .Config.Labels "from.file"}} {{.Config.Labels.a}}',
    id,
  ]);
  assert.equal(found, 'yes b');
  await daemon.dockerOk(['rm', id]);
});

test('what is missing besides the image is told at start, and no image is pulled', async () => {
  const cases: readonly (readonly [flags: string[], text: RegExp])[] = [
    [['--network', 'container:nope'], /No such container: nope/],
    [['--network', 'nope'], /network nope not found/],
    [['--pid', 'container:nope'], /No such container: nope/],
    [['--ipc', 'container:nope'], /No such container: nope/],
  ];
  for (const [flags, text] of cases) {
    const name = ['--name', 'incomplete'];
    const result = await daemon.docker(['run', ...name, ...flags, 'busybox', 'true']);
    assert.equal(result.code, 125, flags.join(' '));
    assert.match(result.stderr, text);
    assert.doesNotMatch(result.stderr, /Unable to find image/);
    const format = '{{.State.Status}}: {{.State.Error}}';
    const state = await daemon.dockerOk(['inspect', '-f', format, 'incomplete']);
    assert.match(state, /^created: /);
    assert.match(state, text);
    await daemon.dockerOk(['rm', 'incomplete']);
  }
  const refusals: readonly (readonly [flags: string[], text: RegExp])[] = [
    [['--volumes-from', 'nope'], /No such container: nope/],
    [['--runtime', 'nope'], /unknown or invalid runtime name: nope/],
    [['--mount', 'type=volume,src=vol,dst=/x,volume-driver=nope'], /nope/],
    [['-v', '/x:relative'], /invalid mount config for type "bind"/],
  ];
  for (const [flags, text] of refusals) {
    const result = await daemon.docker(['run', ...flags, 'busybox', 'true']);
    assert.equal(result.code, 125, flags.join(' '));
    assert.match(result.stderr, text);
    assert.doesNotMatch(result.stderr, /Unable to find image/);
  }
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
});

test('later starts have the same system call filter as the first', async () => {
  const script = "grep '^Seccomp:' /proc/self/status; unshare -U true";
  for (let round = 0; round < 3; round++) {
    const result = await daemon.docker(['run', '--rm', 'busybox', 'sh', '-c', script]);
    assert.match(result.stdout, /Seccomp:\t2/);
    assert.match(result.stderr, /Operation not permitted/);
    assert.equal(result.code, 1);
  }
  const free = ['run', '--rm', '--security-opt', 'seccomp=unconfined', 'busybox'];
  assert.match(await daemon.dockerOk([...free, 'sh', '-c', script]), /Seccomp:\t0/);
});
