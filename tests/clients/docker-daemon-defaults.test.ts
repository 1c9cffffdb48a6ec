import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TestDaemon } from '@berth/testing';

/** Parents of containers' cgroups stay when the containers have gone, as with Docker. */
function removeParents(names: readonly string[]): void {
  for (const hierarchy of ['.', ...readdirSync('/sys/fs/cgroup')]) {
    for (const name of names) {
      const folder = path.join('/sys/fs/cgroup', hierarchy, name);
      if (existsSync(folder)) rmdirSync(folder);
    }
  }
}

/** One daemon with everything set that has an effect on containers, and what a container sees of it. */
describe('what the daemon sets for every container', () => {
  let daemon: TestDaemon;
  const devices = mkdtempSync(path.join(tmpdir(), 'berth-cdi-'));
  before(async () => {
    const spec = {
      cdiVersion: '0.6.0',
      kind: 'example.test/thing',
      devices: [{ name: 'one', containerEdits: { env: ['THING=1'] } }],
    };
    writeFileSync(path.join(devices, 'thing.json'), JSON.stringify(spec));
    writeFileSync(path.join(devices, 'broken.json'), '{');
    daemon = await TestDaemon.start({
      config: {
        'default-ulimits': { nofile: { Name: 'nofile', Soft: 123, Hard: 456 } },
        'default-shm-size': '7m',
        'default-ipc-mode': 'shareable',
        'default-cgroupns-mode': 'host',
        'cgroup-parent': '/berth-defaults',
        'no-new-privileges': true,
        init: true,
        'init-path': '/usr/bin/tini-static',
        'exec-opts': ['native.cgroupdriver=cgroupfs'],
        labels: ['rack=7', 'zone=a'],
        'log-driver': 'local',
        'log-opts': { 'max-size': '3m', 'max-file': '4' },
        dns: ['192.0.2.53'],
        'dns-search': ['example.test'],
        'dns-opts': ['ndots:3'],
        'host-gateway-ips': ['192.0.2.1'],
        'default-address-pools': [{ base: '10.77.0.0/16', size: 26 }],
        bip: '10.78.0.1/24',
        'fixed-cidr': '10.78.0.64/27',
        'default-gateway': '10.78.0.9',
        mtu: 1400,
        ip: '127.0.0.1',
        'max-concurrent-downloads': 2,
        'max-concurrent-uploads': 1,
        'registry-mirrors': ['https://mirror.test/'],
        'insecure-registries': ['10.9.0.0/16', 'lan.test:5000'],
        proxies: { 'http-proxy': 'http://user:secret@proxy.test:3128', 'no-proxy': 'lan.test' },
        features: { cdi: true, 'containerd-snapshotter': true },
        'oom-score-adjust': 5,
        'cdi-spec-dirs': [devices],
        debug: true,
      },
    });
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    rmSync(devices, { recursive: true });
    removeParents(['berth-defaults', 'berth-own']);
  });
  const ok = (...args: string[]) => daemon.dockerOk(args);
  const sh = (script: string, ...options: string[]) =>
    ok('run', '--rm', ...options, 'busybox', 'sh', '-c', script);
  const inspected = async (format: string, ...options: string[]) => {
    await ok('create', '--name', 'looked', ...options, 'busybox');
    try {
      return await ok('inspect', '-f', format, 'looked');
    } finally {
      await ok('rm', 'looked');
    }
  };

  test('default-ulimits, unless the container has its own', async () => {
    assert.equal(await sh('ulimit -Sn; ulimit -Hn'), '123\n456');
    assert.equal(await sh('ulimit -Sn; ulimit -Hn', '--ulimit', 'nofile=50:60'), '50\n60');
  });

  test('default-shm-size', async () => {
    assert.match(await sh('grep /dev/shm /proc/mounts'), /size=7168k/);
    assert.match(await sh('grep /dev/shm /proc/mounts', '--shm-size', '2m'), /size=2048k/);
    assert.equal(await inspected('{{.HostConfig.ShmSize}}'), String(7 << 20));
  });

  test('default-ipc-mode and default-cgroupns-mode', async () => {
    const format = '{{.HostConfig.IpcMode}} {{.HostConfig.CgroupnsMode}}';
    assert.equal(await inspected(format), 'shareable host');
    assert.equal(await inspected(format, '--ipc=private', '--cgroupns=private'), 'private private');
    assert.match(await sh('cat /proc/self/cgroup'), /\/berth-defaults\/[0-9a-f]{64}/);
  });

  test('cgroup-parent, and that of a container', async () => {
    const own = await sh('cat /proc/self/cgroup', '--cgroup-parent', '/berth-own');
    assert.match(own, /\/berth-own\/[0-9a-f]{64}/);
  });

  test('no-new-privileges, unless it is declined', async () => {
    const privileges = 'grep NoNewPrivs /proc/self/status';
    assert.match(await sh(privileges), /1$/);
    assert.match(await sh(privileges, '--security-opt', 'no-new-privileges=false'), /0$/);
    assert.match(await ok('info', '-f', '{{.SecurityOptions}}'), /name=no-new-privileges/);
  });

  test('init with init-path, unless it is declined', async () => {
    assert.match(await sh('cat /proc/1/cmdline'), /docker-init/);
    assert.doesNotMatch(await sh('cat /proc/1/cmdline', '--init=false'), /docker-init/);
    assert.equal(await ok('info', '-f', '{{.InitBinary}}'), '/usr/bin/tini-static');
    assert.match(await ok('info', '-f', '{{.InitCommit.ID}}'), /^[0-9a-f.]+$/);
    const components = await ok('version', '-f', '{{range .Server.Components}}{{.Name}} {{end}}');
    assert.match(components, /^Engine (crun|runc) tini-static/);
  });

  test('log-driver and log-opts, for containers that name no driver', async () => {
    const format = '{{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}}';
    assert.equal(await inspected(format), 'local {"max-file":"4","max-size":"3m"}');
    const named = await inspected('{{.HostConfig.LogConfig.Type}}', '--log-driver', 'none');
    assert.equal(named, 'none');
    assert.equal(await ok('info', '-f', '{{.LoggingDriver}}'), 'local');
  });

  test('dns, dns-search and dns-opts, unless the container has its own', async () => {
    const conf = await sh('grep -v "^#" /etc/resolv.conf | grep .');
    assert.equal(conf, 'nameserver 192.0.2.53\nsearch example.test\noptions ndots:3');
    assert.match(await sh('cat /etc/resolv.conf', '--dns', '192.0.2.54'), /nameserver 192.0.2.54/);
  });

  test('host-gateway-ips', async () => {
    const hosts = await sh('grep gate /etc/hosts', '--add-host', 'gate:host-gateway');
    assert.match(hosts, /^192\.0\.2\.1\s+gate$/);
  });

  test('default-address-pools', async () => {
    await ok('network', 'create', 'pooled');
    const subnet = await ok(
      'network',
      'inspect',
      '-f',
      '{{(index .IPAM.Config 0).Subnet}}',
      'pooled',
    );
    assert.match(subnet, /^10\.77\.\d+\.\d+\/26$/);
    await ok('network', 'rm', 'pooled');
    assert.match(await ok('info', '-f', '{{json .DefaultAddressPools}}'), /10\.77\.0\.0\/16/);
  });

  test('bip, fixed-cidr, default-gateway and mtu of the default bridge', async () => {
    const seen = await sh('ip -4 addr show eth0; ip route');
    assert.match(seen, /mtu 1400/);
    assert.match(seen, /inet 10\.78\.0\.(6[4-9]|[78]\d|9[0-5])\/24/);
    assert.match(seen, /default via 10\.78\.0\.9/);
  });

  test('ip: where ports are published that name no address', async () => {
    const ports = await ok(
      'run',
      '-d',
      '--name',
      'bound',
      '-p',
      '80',
      'busybox',
      'sleep',
      '60',
    ).then(() => ok('port', 'bound', '80'));
    assert.match(ports, /^127\.0\.0\.1:\d+$/);
    await ok('rm', '-f', 'bound');
  });

  test('oom-score-adjust is for the daemon alone', async () => {
    assert.equal(readFileSync(`/proc/${daemon.pid}/oom_score_adj`, 'utf8').trim(), '5');
    assert.equal(await sh('cat /proc/self/oom_score_adj'), '0');
    assert.equal(await sh('cat /proc/self/oom_score_adj', '--oom-score-adj', '300'), '300');
  });

  test('info tells of it, without passwords', async () => {
    const info = JSON.parse(await ok('info', '-f', '{{json .}}'));
    assert.deepEqual(info.DiscoveredDevices, [{ Source: 'cdi', ID: 'example.test/thing=one' }]);
    assert.ok(info.Warnings.some((text: string) => /^CDI: .*broken\.json: /.test(text)));
    assert.deepEqual(info.Labels, ['rack=7', 'zone=a']);
    assert.equal(info.Debug, true);
    assert.equal(info.CgroupDriver, 'cgroupfs');
    assert.deepEqual(info.RegistryConfig.Mirrors, ['https://mirror.test/']);
    assert.ok(info.RegistryConfig.InsecureRegistryCIDRs.includes('10.9.0.0/16'));
    assert.equal(info.RegistryConfig.IndexConfigs['lan.test:5000'].Secure, false);
    assert.match(info.HttpProxy, /@proxy\.test:3128$/);
    assert.doesNotMatch(JSON.stringify(info), /secret/);
    assert.equal(info.NoProxy, 'lan.test');
    assert.equal(info.DockerRootDir, daemon.dataRoot);
  });
});

test("a seccomp profile of one's own, for containers that bring none", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-profile-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  const profile = path.join(folder, 'profile.json');
  const rules = { names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' };
  writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rules] }));
  await using daemon = await TestDaemon.start({ args: ['--seccomp-profile', profile] });
  const run = ['run', '--rm'];
  assert.match((await daemon.docker([...run, 'busybox', 'mkdir', '/x'])).stderr, /not permitted/);
  const open = [...run, '--security-opt', 'seccomp=unconfined', 'busybox', 'mkdir', '/x'];
  await daemon.dockerOk(open);
  assert.match(
    await daemon.dockerOk(['info', '-f', '{{.SecurityOptions}}']),
    /profile=.*berth-profile/,
  );
});

test('several hosts at once, a group by name or number', async () => {
  const second = `/tmp/berth-second-${process.pid}.sock`;
  await using daemon = await TestDaemon.start({
    args: [
      '-H',
      `unix://${second}`,
      '-H',
      'tcp://127.0.0.1:23750',
      '--allow-insecure-tcp',
      '-G',
      '1',
    ],
    busybox: false,
  });
  assert.equal(statSync(second).gid, 1);
  assert.equal(statSync(second).mode & 0o777, 0o660);
  for (const host of [`unix://${second}`, daemon.host]) {
    const { stdout } = await daemon.docker(['-H', host, 'version', '-f', '{{.Server.Os}}']);
    assert.equal(stdout.trim(), 'linux');
  }
});

const refused: readonly (readonly [object, RegExp])[] = [
  [{ 'node-generic-resources': ['gpu=1'] }, /node-generic-resource.*there is no clustering/],
  [{ containerd: '/run/x.sock' }, /containerd.*runs containers without containerd/],
  [{ 'allow-nondistributable-artifacts': ['x'] }, /nondistributable.*foreign layers/],
  [{ 'storage-opts': ['overlay2.size=1G'] }, /overlay2\.size/],
  [{ 'default-ipc-mode': 'host' }, /default-ipc-mode/],
  [{ 'seccomp-profile': '/nonexistent.json' }, /seccomp-profile.*no such file/i],
  [{ 'exec-opts': ['native.cgroupdriver=other'] }, /cgroup driver is cgroupfs or systemd/],
  [{ experimental: true }, /experimental.*there are no experimental features/],
];
for (const [config, message] of refused) {
  test(`${JSON.stringify(config)} ends the start with the reason`, async () => {
    await assert.rejects(TestDaemon.start({ config, busybox: false }), message);
  });
}
