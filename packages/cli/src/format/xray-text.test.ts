import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerXray } from '@berth/engine-api';
import { xrayText } from './xray-text.ts';

const process = (Pid: number, ParentPid: number, Command: string) => ({
  ...{ Pid, ParentPid, ContainerPid: Pid - 40, User: 0, State: 'S', Command, Memory: 2048 },
});

const xray: ContainerXray = {
  Id: 'abcdef0123456789',
  Name: 'web',
  Image: 'nginx',
  Status: 'running',
  Running: true,
  Processes: [
    process(41, 7, 'nginx master'),
    process(42, 41, 'worker\x1b[2J'),
    process(50, 7, 'sh'),
  ],
  Namespaces: [
    { Type: 'net', Inode: 1, SharedWith: [] },
    { Type: 'pid', Inode: 2, SharedWith: [] },
    { Type: 'user', Inode: 3, SharedWith: ['host'] },
  ],
  Cgroup: {
    Version: 'v2',
    Path: '/sys/fs/cgroup/berth/abc',
    Resources: [
      { Name: 'memory', Unit: 'bytes', Current: 1048576, Limit: 4194304 },
      { Name: 'pids', Unit: 'tasks', Current: 3 },
      { Name: 'cpu time', Unit: 'seconds', Current: 1.5 },
    ],
  },
  Security: {
    Privileged: false,
    Capabilities: ['CAP_CHOWN', 'CAP_KILL'],
    Seccomp: 'filter',
    NoNewPrivileges: false,
    ReadonlyRoot: true,
  },
  Layers: [
    {
      ChainId: 'sha256:0123456789abcdef',
      Path: '/layers/a/diff',
      Bytes: 1_200_000,
      Writable: false,
    },
    { Path: '/layers/b/diff', Bytes: 0, Writable: true },
  ],
  Mounts: [{ Type: 'bind', Source: '/srv', Destination: '/data', Writable: false }],
  Networks: [
    {
      Network: 'bridge',
      Interface: 'eth0',
      Addresses: ['172.17.0.2/16'],
      Gateway: '172.17.0.1',
      HostInterface: 'veth1',
      Bridge: 'docker0',
    },
  ],
  Ports: [{ Protocol: 'tcp', HostAddress: '::', HostPort: 8080, ContainerPort: 80 }],
  Firewall: [
    { Table: 'inet berth', Set: 'ports6', Element: 'tcp . 8080 : fd00::2 . 80' },
    { Table: 'inet berth', Set: 'bridges', Element: '"docker0"' },
    { Table: 'inet berth', Set: 'ports6', Element: 'tcp . 8081 : fd00::2 . 81' },
  ],
  Shim: { Pid: 40, Memory: 33000, Runtime: 'crun', Bundle: '/run/x' },
  Log: { Driver: 'json-file', Path: '/x.log', Bytes: 12 },
};

test('a page about a running container', () => {
  assert.equal(
    xrayText(xray),
    `web  running  nginx  abcdef012345
│
├─ processes
│   PID  INSIDE  USER  STATE  MEMORY  COMMAND
│   41   1       0     S      2KiB    nginx master
│   42   2       0     S      2KiB    └ worker?[2J
│   50   10      0     S      2KiB    sh
│
├─ namespaces
│   its own           net pid
│   shared with host  user
│
├─ cgroup
│   /sys/fs/cgroup/berth/abc  (v2)
│   memory    1MiB  of 4MiB  25 %
│   pids      3     no limit
│   cpu time  1.50 s
│
├─ security
│   capabilities       chown kill
│   seccomp            filter
│   no new privileges  no
│   root file system   read-only
│
├─ root file system, bottom to top
│   0123456789ab  1.2MB  /layers/a/diff
│   writable      0B     /layers/b/diff
│
├─ mounts
│   /data  ro  bind  /srv
│
├─ network
│   bridge  eth0 ↔ veth1 ↔ docker0  172.17.0.2/16  via 172.17.0.1
│
├─ published ports
│   [::]:8080  → 80/tcp
│
├─ firewall, table inet berth
│   ports6   tcp . 8080 : fd00::2 . 80
│            tcp . 8081 : fd00::2 . 81
│   bridges  "docker0"
│
├─ held by
│   shim     pid 40, 32.23KiB of memory
│   runtime  crun
│   bundle   /run/x
│
└─ log
    json-file  12B  /x.log
`,
  );
});

test('no line is longer than the terminal is wide', () => {
  const id = 'a1'.repeat(32);
  const long = {
    ...xray,
    Log: { Driver: 'json-file', Path: `/var/lib/berth/containers/${id}/${id}-json.log`, Bytes: 5 },
    Shim: { Runtime: 'crun', Bundle: `/run/berth/containers/${id}` },
    Processes: [process(41, 7, `program ${'x'.repeat(200)}`)],
  };
  for (const width of [40, 80, 120]) {
    const lines = xrayText(long, width).split('\n');
    assert.deepEqual(
      lines.filter((line) => [...line].length > width),
      [],
    );
  }
  assert.match(xrayText(long, 120), /berth\/containers\/a1a1a1a1a1a1…\/a1a1a1a1a1a1…-json\.log$/m);
});

test('parts that a stopped container does not have are left out', () => {
  const text = xrayText({
    ...xray,
    ...{ Running: false, Processes: [], Namespaces: [], Mounts: [], Networks: [], Ports: [] },
    Firewall: [],
    Cgroup: { Version: 'v2', Path: '', Resources: [] },
    Shim: { Runtime: 'crun' },
    Log: { Driver: 'none' },
  });
  assert.deepEqual(text.match(/─ .*/g), [
    ...['─ root file system, bottom to top', '─ held by', '─ log'],
  ]);
});
