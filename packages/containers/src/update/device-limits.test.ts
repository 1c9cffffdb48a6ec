import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostConfig } from '@berth/engine-api';
import type { CgroupLayout } from '@berth/kernel';
import { askedDeviceLimits, deviceLimitWrites } from './device-limits.ts';

const numbers = { '/dev/a': [8, 0], '/dev/b': [8, 16] } as const;

function written(
  layout: CgroupLayout,
  present: HostConfig,
  wanted: HostConfig,
  files: Readonly<Record<string, string>> = {},
): string[] {
  const target = { layout, read: (_: string, file: string) => files[file] };
  const changed = askedDeviceLimits(wanted);
  return deviceLimitWrites({ present, wanted, changed, numbers, target }).map(
    ({ file, value, back }) => `${file}: ${value} <- ${back}`,
  );
}

const present: HostConfig = { BlkioDeviceReadBps: [{ Path: '/dev/a', Rate: 100 }] };

test('what is not named or null stays', () => {
  assert.deepEqual(askedDeviceLimits({}), []);
  assert.deepEqual(askedDeviceLimits({ BlkioDeviceReadBps: null, BlkioWeightDevice: [] }), [
    'BlkioWeightDevice',
  ]);
});

test('rules that are named replace the present ones, device by device', () => {
  const wanted: HostConfig = {
    BlkioDeviceReadBps: [{ Path: '/dev/b', Rate: 200 }],
    BlkioDeviceWriteIOps: [{ Path: '/dev/a', Rate: 5 }],
  };
  assert.deepEqual(written('v1', present, wanted), [
    'blkio.throttle.read_bps_device: 8:0 0 <- 8:0 100',
    'blkio.throttle.read_bps_device: 8:16 200 <- 8:16 0',
    'blkio.throttle.write_iops_device: 8:0 5 <- 8:0 0',
  ]);
  assert.deepEqual(written('v2', present, wanted), [
    'io.max: 8:0 rbps=max <- 8:0 rbps=100',
    'io.max: 8:16 rbps=200 <- 8:16 rbps=max',
    'io.max: 8:0 wiops=5 <- 8:0 wiops=max',
  ]);
});

test('an empty list takes all away; a rule that is there already is not written', () => {
  assert.deepEqual(written('v1', present, { BlkioDeviceReadBps: [] }), [
    'blkio.throttle.read_bps_device: 8:0 0 <- 8:0 100',
  ]);
  assert.deepEqual(written('v1', present, present), []);
});

test('weights are on the scale of their scheduler', () => {
  const wanted: HostConfig = { BlkioWeightDevice: [{ Path: '/dev/a', Weight: 500 }] };
  assert.deepEqual(written('v1', {}, wanted), ['blkio.weight_device: 8:0 500 <- 8:0 0']);
  assert.deepEqual(written('v2', {}, wanted), ['io.weight: 8:0 4950 <- 8:0 default']);
  assert.deepEqual(written('v2', {}, wanted, { 'io.bfq.weight': '' }), [
    'io.bfq.weight: 8:0 500 <- 8:0 default',
  ]);
});
