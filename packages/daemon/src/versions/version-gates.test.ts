import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageSummary } from '@berth/engine-api';
import {
  acceptedStopSignal,
  downgradeContainerInspect,
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
