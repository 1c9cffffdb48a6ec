import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
/** With seccomp this machine's default runtime may be the only one that knows the filter; without, the shim does execs. */
const boxes: Readonly<Record<string, readonly string[]>> = {
  box: [],
  bare: ['--security-opt', 'seccomp=unconfined'],
};
before(async () => {
  daemon = await TestDaemon.start();
  for (const [name, flags] of Object.entries(boxes)) {
    const options = ['-d', '--name', name, '-e', 'A=1', '-w', '/etc', ...flags];
    await daemon.dockerOk(['run', ...options, 'busybox', 'sleep', '600']);
  }
});
after(() => daemon[Symbol.asyncDispose]());

const table: readonly {
  flags?: string[];
  command: string[];
  code?: number;
  stdout?: string | RegExp;
  stderr?: RegExp;
}[] = [
  { command: ['echo', 'x'], stdout: 'x\n' },
  { command: ['pwd'], stdout: '/etc\n' },
  { command: ['sh', '-c', 'exit 9'], code: 9 },
  { flags: ['-w', '/tmp'], command: ['pwd'], stdout: '/tmp\n' },
  { flags: ['-u', 'nobody'], command: ['id', '-u'], stdout: '65534\n' },
  { flags: ['-e', 'B=2'], command: ['sh', '-c', 'echo $A$B'], stdout: '12\n' },
  { command: ['sh', '-c', 'echo e >&2'], stderr: /^e$/m },
  {
    flags: ['--privileged'],
    command: ['sh', '-c', 'grep CapBnd /proc/self/status'],
    stdout: /CapBnd:\t0*1f/,
  },
  {
    command: ['no-such'],
    code: 127,
    stderr:
      /^OCI runtime exec failed: exec failed: unable to start container process: exec: "no-such": executable file not found in \$PATH: unknown\r\n$/,
  },
  { flags: ['-t'], command: ['no-such'], code: 127, stderr: /executable file not found/ },
  { command: ['/etc'], code: 126, stderr: /permission denied|is a directory/ },
  { flags: ['-w', 'relative'], command: ['true'], code: 126, stderr: /absolute path/ },
  { command: ['/etc/passwd'], code: 126, stderr: /permission denied/ },
  { flags: ['-u', 'who'], command: ['true'], code: 126, stderr: /unable to find user who/ },
];

for (const { flags = [], command, code = 0, stdout, stderr } of table) {
  test(`exec ${[...flags, ...command].join(' ')}`, async () => {
    for (const name of Object.keys(boxes)) {
      const result = await daemon.docker(['exec', ...flags, name, ...command]);
      assert.equal(result.code, code, result.stderr);
      if (typeof stdout === 'string') assert.equal(result.stdout, stdout);
      else if (stdout !== undefined) assert.match(result.stdout, stdout);
      if (stderr !== undefined) assert.match(result.stderr + result.stdout, stderr);
    }
  });
}

test('an exec has the rights, limits and cgroup of its container', async () => {
  const flags = ['--cap-drop', 'CHOWN', '--cap-add', 'NET_ADMIN', '--ulimit', 'nofile=300:300'];
  const more = ['--user', '5:6', '--group-add', '77', '--cgroupns', 'host', '--shm-size', '1m'];
  for (const [name, option] of [
    ['strict', ['--security-opt', 'no-new-privileges']],
    ['loose', ['--security-opt', 'seccomp=unconfined']],
    ['tied', [...boxes.bare!, '--security-opt', 'no-new-privileges']],
  ] as const) {
    const command = ['busybox', 'sleep', '600'];
    await daemon.dockerOk(['run', '-d', '--name', name, ...flags, ...more, ...option, ...command]);
    const show = async (pid: string) => {
      const files = ['status', 'limits', 'cgroup'].map((file) => `/proc/${pid}/${file}`);
      const text = await daemon.dockerOk(['exec', name, 'cat', ...files]);
      return text
        .split('\n')
        .filter((line) => /^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Max|\d+:)/.test(line));
    };
    assert.deepEqual(await show('self'), await show('1'), name);
    await daemon.dockerOk(['rm', '-f', name]);
  }
});

test('stdin is passed and closed', async () => {
  const result = await daemon.docker(['exec', '-i', 'box', 'sh', '-c', 'wc -c; echo end'], {
    input: 'x'.repeat(1 << 20),
  });
  assert.equal(result.stdout, `${1 << 20}\nend\n`);
});

test('a terminal', async () => {
  for (const name of Object.keys(boxes)) await terminal(name);
});

async function terminal(name: string): Promise<void> {
  const script = [
    '-qec',
    `stty rows 20 cols 90; docker exec -it ${name} sh -c "tty; stty size; exit 5"`,
    '/dev/null',
  ];
  const result = await daemon.inNamespace('script', script, {
    env: { DOCKER_HOST: daemon.host, TERM: 'xterm' },
  });
  assert.match(result.stdout, /\/dev\/pts\/\d+\r\n[\s\S]*20 90\r\n/);
  assert.equal(result.code, 5);
}

test('detached', async () => {
  await daemon.dockerOk(['exec', '-d', 'box', 'touch', '/tmp/was-here']);
  await eventually(() => daemon.dockerOk(['exec', 'box', 'ls', '/tmp/was-here']));
});

test('twenty at once', async () => {
  const runs = Array.from({ length: 20 }, (_, index) =>
    daemon.dockerOk(['exec', index % 2 === 0 ? 'box' : 'bare', 'echo', String(index)]),
  );
  assert.deepEqual(
    await Promise.all(runs),
    Array.from({ length: 20 }, (_, index) => String(index)),
  );
});

test('in a container that does not run', async () => {
  await daemon.dockerOk(['create', '--name', 'still', 'busybox']);
  const result = await daemon.docker(['exec', 'still', 'true']);
  assert.match(result.stderr, /[Cc]ontainer [0-9a-f]{64} is not running/);
  assert.match(
    (await daemon.docker(['exec', 'nothing', 'true'])).stderr,
    /No such container: nothing/,
  );
});
