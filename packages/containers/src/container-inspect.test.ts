import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness } from '../testsuite/harness.ts';

/** The members of HostConfig that Docker 28 prints for `docker run busybox`, in its words. */
const plainHostConfig = {
  Binds: null,
  ContainerIDFile: '',
  LogConfig: { Type: 'json-file', Config: {} },
  NetworkMode: 'bridge',
  PortBindings: {},
  RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: 'private',
  Dns: [],
  DnsOptions: [],
  DnsSearch: [],
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 67108864,
  Runtime: 'runc',
  Isolation: '',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  BlkioWeight: 0,
  BlkioWeightDevice: [],
  BlkioDeviceReadBps: [],
  BlkioDeviceWriteBps: [],
  BlkioDeviceReadIOps: [],
  BlkioDeviceWriteIOps: [],
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: [],
  DeviceCgroupRules: null,
  DeviceRequests: null,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: null,
  PidsLimit: null,
  Ulimits: [],
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
};

test('inspect prints every member of Docker 28', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  const { Id: id } = await service.create({ Image: 'busybox' }, { name: 'web' });
  const view = await service.inspect('web');
  const { MaskedPaths: masked, ReadonlyPaths: readonly, ...host } = view.HostConfig ?? {};
  assert.deepEqual(host, plainHostConfig);
  assert.ok((masked ?? []).includes('/proc/kcore') && (readonly ?? []).includes('/proc/sys'));
  assert.deepEqual(view.Config, {
    Hostname: id.slice(0, 12),
    Domainname: '',
    User: '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: ['PATH=/bin'],
    Cmd: ['sh'],
    Image: 'busybox',
    Volumes: null,
    WorkingDir: '',
    Entrypoint: null,
    OnBuild: null,
    Labels: {},
  });
  assert.deepEqual(view.State, {
    Status: 'created',
    Running: false,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 0,
    ExitCode: 0,
    Error: '',
    StartedAt: '0001-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  });
  assert.equal(view.Name, '/web');
  assert.equal(view.Path, 'sh');
  assert.deepEqual(view.Args, []);
  assert.equal(view.Platform, 'linux');
  assert.equal(view.ExecIDs, null);
  assert.match(view.LogPath ?? '', new RegExp(`containers/${id}/${id}-json.log$`));
  assert.deepEqual(Object.keys(view.NetworkSettings?.Networks ?? {}), ['bridge']);
});

test('defaults that depend on other settings', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await service.create(
    { Image: 'busybox', HostConfig: { Memory: 64 * 1024 * 1024, NetworkMode: 'default' } },
    { name: 'small' },
  );
  const small = await service.inspect('small');
  assert.equal(small.HostConfig?.MemorySwap, 128 * 1024 * 1024);
  assert.equal(small.HostConfig?.NetworkMode, 'bridge');
  await service.create(
    {
      Image: 'busybox',
      HostConfig: { NetworkMode: 'container:small', PidMode: 'container:small' },
    },
    { name: 'joined' },
  );
  const joined = await service.inspect('joined');
  assert.equal(joined.HostConfig?.NetworkMode, `container:${small.Id}`);
  assert.equal(joined.HostConfig?.PidMode, `container:${small.Id}`);
  assert.equal(joined.Config?.Hostname, small.Config?.Hostname);
  await service.create({ Image: 'busybox', HostConfig: { Privileged: true } }, { name: 'mighty' });
  assert.equal((await service.inspect('mighty')).HostConfig?.MaskedPaths, null);
});

test('mounts are shown as Docker shows them', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await service.create(
    {
      Image: 'busybox',
      HostConfig: {
        Binds: ['data:/data:ro', '/tmp:/host'],
        Mounts: [{ Type: 'tmpfs', Target: '/scratch' }],
      },
    },
    { name: 'web' },
  );
  assert.deepEqual((await service.inspect('web')).Mounts, [
    {
      Type: 'volume',
      Name: 'data',
      Source: '/volumes/data/_data',
      Destination: '/data',
      Driver: 'local',
      Mode: 'ro',
      RW: false,
      Propagation: '',
    },
    {
      Type: 'bind',
      Source: '/tmp',
      Destination: '/host',
      Mode: '',
      RW: true,
      Propagation: 'rprivate',
    },
    {
      Type: 'tmpfs',
      Source: '',
      Destination: '/scratch',
      Mode: '',
      RW: true,
      Propagation: '',
    },
  ]);
});
