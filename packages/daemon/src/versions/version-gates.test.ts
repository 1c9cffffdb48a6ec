import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageSummary } from '@berth/engine-api';
import { statsOfVersion, upgradeContainerUpdate } from './container-versions.ts';
import { eventFormat } from './event-formats.ts';
import {
  acceptedStopSignal,
  downgradeContainerInspect,
  downgradeContainerSummary,
  downgradeImageInspect,
  downgradeImageSummary,
  streamContentType,
  upgradeContainerCreate,
  upgradeVolumePruneFilters,
} from './version-gates.ts';

describe('requests of older clients', () => {
  test('defaults that have changed since are filled in', () => {
    const { HostConfig } = upgradeContainerCreate('1.39', {});
    assert.equal(HostConfig?.IpcMode, 'shareable');
    assert.equal(HostConfig?.CgroupnsMode, 'host');
    assert.deepEqual(upgradeContainerCreate('1.51', { Image: 'a' }), {
      Image: 'a',
      HostConfig: {},
    });
  });

  test('settings that the version does not have are ignored', () => {
    const body = {
      Healthcheck: { StartInterval: 5, Interval: 3 },
      HostConfig: { Annotations: { a: 'b' } },
    };
    const old = upgradeContainerCreate('1.42', body);
    assert.equal(old.Healthcheck?.StartInterval, undefined);
    assert.equal(old.Healthcheck?.Interval, 3);
    assert.equal(old.HostConfig?.Annotations, undefined);
    assert.deepEqual(upgradeContainerCreate('1.44', body).HostConfig?.Annotations, { a: 'b' });
    assert.equal(acceptedStopSignal('1.41', 'SIGINT'), undefined);
    assert.equal(acceptedStopSignal('1.42', 'SIGINT'), 'SIGINT');
  });

  test('volume prune took named volumes too', () => {
    assert.deepEqual(upgradeVolumePruneFilters('1.41', {}), { all: ['true'] });
    assert.deepEqual(upgradeVolumePruneFilters('1.42', {}), {});
  });
});

describe('answers to older clients', () => {
  test('only newer ones are told that a stream is multiplexed', () => {
    assert.equal(streamContentType('1.41', false), 'application/vnd.docker.raw-stream');
    assert.equal(streamContentType('1.42', false), 'application/vnd.docker.multiplexed-stream');
    assert.equal(streamContentType('1.42', true), 'application/vnd.docker.raw-stream');
  });

  test('images had a virtual size and names for what has none', () => {
    const summary: ImageSummary = {
      ...{ Id: 'sha256:1', ParentId: '', RepoTags: [], RepoDigests: [], Created: 1, Size: 7 },
      ...{ SharedSize: -1, Labels: {}, Containers: -1, Descriptor: { size: 1 } },
    };
    const old = downgradeImageSummary('1.40', summary) as ImageSummary & { VirtualSize?: number };
    assert.equal(old.VirtualSize, 7);
    assert.deepEqual(old.RepoTags, ['<none>:<none>']);
    assert.deepEqual(old.RepoDigests, ['<none>@<none>']);
    assert.equal(old.Descriptor, undefined);
    assert.deepEqual(downgradeImageSummary('1.51', summary), summary);
  });

  test('inspected images had the fields of a container', () => {
    const inspect = { Id: 'sha256:1', Size: 7, Config: { Cmd: ['sh'] } };
    const old = JSON.parse(JSON.stringify(downgradeImageInspect('1.43', inspect)));
    assert.equal(old.VirtualSize, 7);
    assert.equal(old.Container, '');
    assert.equal(old.Config.AttachStdin, false);
    assert.deepEqual(old.Config.Cmd, ['sh']);
    assert.deepEqual(downgradeImageInspect('1.51', inspect), inspect);
  });

  test('the short ID was an alias on user-defined networks', () => {
    const inspect = {
      Id: 'a'.repeat(64),
      Config: { Hostname: 'web' },
      NetworkSettings: { Networks: { bridge: { Aliases: null }, own: { Aliases: ['db'] } } },
    };
    const old = downgradeContainerInspect('1.44', inspect).NetworkSettings?.Networks;
    assert.deepEqual(old?.own?.Aliases, ['db', 'aaaaaaaaaaaa', 'web']);
    assert.equal(old?.bridge?.Aliases, null);
    const current = downgradeContainerInspect('1.51', inspect).NetworkSettings?.Networks;
    assert.deepEqual(current?.own?.Aliases, ['db']);
  });
});

describe('versions from 1.52 on', () => {
  const inspect = {
    Config: { MacAddress: '02:00:00:00:00:01', OnBuild: null, Image: 'a' },
    HostConfig: { KernelMemoryTCP: 5, Memory: 7 },
    NetworkSettings: { SandboxID: 's', IPAddress: '1.2.3.4', Bridge: '', Networks: {} },
    Storage: { RootFS: { Snapshot: { Name: 'overlay2' } } },
  };

  test('inspect has neither what networks say nor what is empty', () => {
    assert.deepEqual(
      JSON.parse(JSON.stringify(downgradeContainerInspect('1.52', inspect as never))),
      {
        Config: { Image: 'a' },
        HostConfig: { Memory: 7 },
        NetworkSettings: { SandboxID: 's', Networks: {} },
        Storage: inspect.Storage,
      },
    );
    const { Storage: _, ...older } = inspect;
    const shown = downgradeContainerInspect('1.51', inspect as never);
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), older);
  });

  test('rules by block device are updated since 1.55', () => {
    const body = { Memory: 7, BlkioDeviceReadBps: [], KernelMemoryTCP: 5 };
    assert.deepEqual(upgradeContainerUpdate('1.51', body), { Memory: 7, KernelMemoryTCP: 5 });
    assert.deepEqual(upgradeContainerUpdate('1.54', body), { Memory: 7 });
    assert.deepEqual(upgradeContainerUpdate('1.55', body), { Memory: 7, BlkioDeviceReadBps: [] });
  });

  test('a container has no address of its own', () => {
    const body = { Image: 'a', MacAddress: '02:00:00:00:00:01' };
    assert.deepEqual(upgradeContainerCreate('1.52', body), { Image: 'a', HostConfig: {} });
    assert.equal(upgradeContainerCreate('1.51', body).MacAddress, body.MacAddress);
  });

  test('health is in lists and the operating system in statistics', () => {
    const summary = { Id: 'x', Health: { Status: 'healthy', FailingStreak: 0 } } as const;
    assert.equal(downgradeContainerSummary('1.52', summary as never).Health, summary.Health);
    assert.equal(downgradeContainerSummary('1.51', summary as never).Health, undefined);
    assert.equal(statsOfVersion('1.52', { os_type: 'linux' } as never).os_type, 'linux');
    assert.equal(statsOfVersion('1.51', { os_type: 'linux' } as never).os_type, undefined);
  });

  test('what an image does not have is left out', () => {
    const image = { Id: 'x', Comment: '', Author: 'me', Config: { Cmd: null, Env: ['a=b'] } };
    assert.deepEqual(JSON.parse(JSON.stringify(downgradeImageInspect('1.52', image as never))), {
      Id: 'x',
      Author: 'me',
      Config: { Env: ['a=b'] },
    });
    assert.equal(downgradeImageInspect('1.51', image as never).Comment, '');
  });

  const formats: readonly (readonly [string, string | undefined, string])[] = [
    ['1.51', 'application/json-seq', 'application/json'],
    ['1.52', undefined, 'application/x-ndjson'],
    ['1.52', 'application/json-seq', 'application/json-seq'],
    ['1.52', 'application/jsonl', 'application/x-ndjson'],
    ['1.53', '*/*', 'application/jsonl'],
    ['1.53', 'application/x-ndjson;q=0.5, application/json-seq;q=0.9', 'application/json-seq'],
    ['1.53', 'application/json-seq;q=0, text/html', 'application/jsonl'],
  ];
  for (const [version, accept, contentType] of formats) {
    test(`events of ${version} for "${accept}" come as ${contentType}`, () => {
      const format = eventFormat(version, accept);
      assert.equal(format.contentType, contentType);
      assert.equal(format.prefix, contentType === 'application/json-seq' ? '\x1e' : '');
    });
  }
});
