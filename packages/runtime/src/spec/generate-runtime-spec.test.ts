import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerConfig, HostConfig } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import type { SpecRequest } from '../spec-request.ts';
import { defaultCapabilities, resolveCapabilities } from './capabilities.ts';
import { containerEnvironment, mergeEnvironment } from './environment.ts';
import { generateRuntimeSpec } from './generate-runtime-spec.ts';
import { execProcessSpec } from './process-spec.ts';
import { resolveUser } from './resolve-user.ts';

const known = [...defaultCapabilities, 'CAP_SYS_ADMIN', 'CAP_NET_ADMIN', 'CAP_SYS_RESOURCE'];
const bounding = new Set(known.filter((name) => name !== 'CAP_SYS_RESOURCE'));

function request(
  hostConfig: HostConfig = {},
  config: ContainerConfig = {},
  more: Partial<SpecRequest> = {},
): SpecRequest {
  return {
    containerId: 'c1',
    config,
    hostConfig,
    args: ['sh'],
    cwd: '/',
    env: [],
    user: { uid: 0, gid: 0, additionalGids: [], home: '/' },
    rootDirectory: '/root-directory',
    hostname: 'h1',
    cgroupsPath: '/berth/c1',
    namespaces: [
      { type: 'pid' },
      { type: 'mount' },
      { type: 'uts' },
      { type: 'network', path: '/n' },
    ],
    mounts: [],
    devices: [],
    blockDevices: {},
    limitsSwap: true,
    seccomp: 'default',
    defaultUlimits: {},
    host: {
      boundingCapabilities: bounding,
      kernelCapabilities: known,
      cgroupLayout: 'v2',
      cgroupControllers: ['memory'],
      architecture: 'x86_64',
      kernelVersion: '6.1.0',
      seccomp: true,
      appArmor: false,
    },
    ...more,
  };
}

test('a plain container is confined', () => {
  const spec = generateRuntimeSpec(request());
  assert.deepEqual(spec.process.capabilities?.bounding, [...defaultCapabilities].sort());
  assert.equal(spec.process.noNewPrivileges, false);
  assert.equal(spec.hostname, 'h1');
  assert.ok(spec.linux.maskedPaths.includes('/proc/kcore'));
  assert.ok(spec.linux.readonlyPaths.includes('/proc/sys'));
  assert.equal(spec.linux.sysctl?.['net.ipv4.ip_unprivileged_port_start'], '0');
  const [deny] = spec.linux.resources['devices'] as { allow: boolean }[];
  assert.deepEqual(deny, { allow: false, access: 'rwm' });
  const rules = spec.linux.seccomp?.['syscalls'] as { names: string[]; action: string }[];
  const allowed = new Set(
    rules.filter((rule) => rule.action === 'SCMP_ACT_ALLOW').flatMap((rule) => rule.names),
  );
  for (const name of ['read', 'execve', 'clone', 'chroot', 'ptrace', 'openat2', 'statx']) {
    assert.ok(allowed.has(name), `${name} must be allowed`);
  }
  for (const name of [
    'mount',
    'umount2',
    'unshare',
    'setns',
    'bpf',
    'keyctl',
    'add_key',
    'io_uring_setup',
    'kexec_load',
    'userfaultfd',
    'reboot',
    'pivot_root',
    'init_module',
  ]) {
    assert.ok(!allowed.has(name), `${name} must not be allowed`);
  }
});

test('a privileged container gets what the host can give, and no profile', () => {
  const spec = generateRuntimeSpec(request({ Privileged: true }));
  assert.deepEqual(spec.process.capabilities?.bounding, [...bounding].sort());
  assert.equal(spec.linux.seccomp, undefined);
  assert.deepEqual(spec.linux.maskedPaths, []);
  assert.deepEqual(spec.linux.resources['devices'], [{ allow: true, access: 'rwm' }]);
  const sys = spec.mounts.find((mount) => mount.destination === '/sys');
  assert.ok(sys?.options?.includes('rw'));
});

test('capabilities are added and dropped as Docker does', () => {
  const resolve = (add: string[], drop: string[]) =>
    resolveCapabilities({ add, drop, privileged: false, known, bounding });
  assert.deepEqual(resolve(['net_admin'], ['ALL']), ['CAP_NET_ADMIN']);
  assert.ok(!resolve([], ['CHOWN']).includes('CAP_CHOWN'));
  assert.ok(!resolve(['all'], ['CAP_CHOWN']).includes('CAP_CHOWN'));
  assert.ok(resolve(['ALL'], []).includes('CAP_SYS_ADMIN'));
  assert.throws(() => resolve(['CAP_X'], []), {
    message: 'invalid CapAdd: unknown capability: "CAP_X"',
  });
  assert.throws(
    () => resolve(['SYS_RESOURCE'], []),
    (error) => isEngineError(error, 'runtime.capability-unavailable'),
  );
});

test('SYS_ADMIN opens the system calls it needs', () => {
  const spec = generateRuntimeSpec(request({ CapAdd: ['SYS_ADMIN'] }));
  const rules = spec.linux.seccomp?.['syscalls'] as { names: string[] }[];
  assert.ok(rules[0]?.names.includes('mount'));
  assert.ok(!rules.some((rule) => rule.names.includes('clone3') && rule.names.length === 1));
});

test('limits become resources', () => {
  const { resources } = generateRuntimeSpec(
    request(
      {
        Memory: 1 << 26,
        MemorySwap: -1,
        NanoCpus: 1_500_000_000,
        CpusetCpus: '0',
        PidsLimit: 20,
        BlkioWeight: 300,
        BlkioDeviceReadBps: [{ Path: '/dev/x', Rate: 5 }],
      },
      {},
      { blockDevices: { '/dev/x': [8, 16] } },
    ),
  ).linux;
  assert.deepEqual(resources['memory'], { limit: 1 << 26, swap: -1 });
  assert.deepEqual(resources['cpu'], { quota: 150_000, period: 100_000, cpus: '0' });
  assert.deepEqual(resources['pids'], { limit: 20 });
  assert.deepEqual(resources['blockIO'], {
    weight: 300,
    throttleReadBpsDevice: [{ major: 8, minor: 16, rate: 5 }],
  });
});

test('an unlimited ulimit is written as RLIM_INFINITY', () => {
  const spec = generateRuntimeSpec(
    request({
      Ulimits: [
        { Name: 'memlock', Soft: -1, Hard: -1 },
        { Name: 'nofile', Soft: 64, Hard: 128 },
      ],
    }),
  );
  assert.match(
    JSON.stringify(spec.process.rlimits),
    /"RLIMIT_MEMLOCK","soft":18446744073709551615,/,
  );
  assert.match(JSON.stringify(spec.process.rlimits), /"RLIMIT_NOFILE","soft":64,"hard":128/);
});

test('own mounts replace defaults and parents come first', () => {
  const mount = (destination: string) => ({
    destination,
    type: 'bind',
    source: '/s',
    options: ['rbind'],
  });
  const spec = generateRuntimeSpec(
    request({}, {}, { mounts: [mount('/a/b'), mount('/a'), mount('/dev/mqueue')] }),
  );
  const order = spec.mounts.map((entry) => entry.destination);
  assert.equal(order.filter((path) => path === '/dev/mqueue').length, 1);
  assert.ok(order.indexOf('/a') < order.indexOf('/a/b'));
  assert.equal(order[0], '/proc');
});

test('shared binds make the root shared', () => {
  const mounts = [{ destination: '/a', type: 'bind', source: '/s', options: ['rbind', 'rshared'] }];
  assert.equal(generateRuntimeSpec(request({}, {}, { mounts })).linux.rootfsPropagation, 'shared');
});

test('--init puts the init program in front', () => {
  const spec = generateRuntimeSpec(request({}, {}, { initPath: '/usr/bin/init' }));
  assert.deepEqual(spec.process.args, ['/sbin/docker-init', '--', 'sh']);
  assert.ok(spec.mounts.some((mount) => mount.destination === '/sbin/docker-init'));
});

test('a custom profile is resolved for the host', () => {
  const profile = {
    defaultAction: 'SCMP_ACT_ERRNO',
    archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] }],
    syscalls: [
      { names: ['read'], action: 'SCMP_ACT_ALLOW' },
      { names: ['mount'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
      { names: ['ptrace'], action: 'SCMP_ACT_ALLOW', includes: { minKernel: '7.0' } },
      { name: 'chmod', action: 'SCMP_ACT_ERRNO', excludes: { arches: ['arm64'] } },
    ],
  };
  const { seccomp } = generateRuntimeSpec(request({}, {}, { seccomp: profile })).linux;
  assert.deepEqual(seccomp?.['architectures'], ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86']);
  assert.deepEqual(
    (seccomp?.['syscalls'] as { names: string[] }[] | undefined)?.map((rule) => rule.names),
    [['read'], ['chmod']],
  );
});

test('users are looked up in the image', () => {
  const passwd =
    'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\nbad:x:zz:1::/:\n';
  const group = 'root:x:0:\nwheel:x:10:app,root\napp:x:1001:\n';
  const resolve = (user: string, groupAdd: string[] = []) =>
    resolveUser({ user, passwd, group, groupAdd });
  assert.deepEqual(resolve(''), { uid: 0, gid: 0, additionalGids: [0, 10], home: '/root' });
  assert.deepEqual(resolve('app'), {
    uid: 1000,
    gid: 1001,
    additionalGids: [1001, 10],
    home: '/home/app',
  });
  assert.deepEqual(resolve('1000:wheel'), {
    uid: 1000,
    gid: 10,
    additionalGids: [10],
    home: '/home/app',
  });
  assert.deepEqual(resolve('7:8', ['wheel', '99']), {
    uid: 7,
    gid: 8,
    additionalGids: [8, 10, 99],
    home: '/',
  });
  assert.throws(() => resolve('nobody'), {
    message: 'unable to find user nobody: no matching entries in passwd file',
  });
  assert.throws(() => resolve('bad'), /unable to find user bad/);
  assert.throws(() => resolve('0:nogroup'), /Unable to find group nogroup/);
  assert.throws(
    () => resolve('4294967296'),
    (error) => isEngineError(error, 'runtime.id-out-of-range'),
  );
});

test('environments merge by name, the last counts', () => {
  assert.deepEqual(mergeEnvironment(['A=1', 'B=2'], ['A=3', 'B', 'C=']), ['A=3', 'C=']);
  const env = containerEnvironment({
    configured: ['PATH=/bin', 'X=1'],
    hostname: 'h',
    tty: true,
    home: '/root',
  });
  assert.deepEqual(env, ['PATH=/bin', 'HOSTNAME=h', 'TERM=xterm', 'X=1', 'HOME=/root']);
});

test('an exec inherits confinement', () => {
  const { process } = generateRuntimeSpec(
    request({ SecurityOpt: ['no-new-privileges'] }, { Tty: true }),
  );
  const exec = execProcessSpec({
    container: process,
    args: ['id'],
    env: ['A=1'],
    cwd: '/tmp',
    tty: false,
    user: { uid: 5, gid: 5, additionalGids: [5], home: '/' },
  });
  assert.equal(exec.noNewPrivileges, true);
  assert.equal(exec.terminal, false);
  assert.deepEqual(exec.capabilities, process.capabilities);
  assert.equal(exec.user.uid, 5);
});

test('a runtime is told of no limit where that means none, or where the host has no means for it', () => {
  const unlimited = { Memory: 1 << 26, MemorySwap: -1, PidsLimit: -1 };
  const { resources } = generateRuntimeSpec(request(unlimited, {}, { limitsSwap: false })).linux;
  assert.deepEqual(resources['memory'], { limit: 1 << 26 });
  assert.equal(resources['pids'], undefined);
});
