import type { HostConfig } from '@berth/engine-api';
import type { CgroupLayout } from '@berth/kernel';
import type { LimitTarget, LimitWrite } from './limit-writes.ts';

/** Rules by block device (API 1.55): how each is written with cgroup v1 and v2. */
const rules = {
  BlkioWeightDevice: { legacy: 'blkio.weight_device', unified: 'io.weight' },
  BlkioDeviceReadBps: { legacy: 'blkio.throttle.read_bps_device', unified: 'rbps' },
  BlkioDeviceWriteBps: { legacy: 'blkio.throttle.write_bps_device', unified: 'wbps' },
  BlkioDeviceReadIOps: { legacy: 'blkio.throttle.read_iops_device', unified: 'riops' },
  BlkioDeviceWriteIOps: { legacy: 'blkio.throttle.write_iops_device', unified: 'wiops' },
} as const;

export type DeviceLimitName = keyof typeof rules;

const names = Object.keys(rules) as DeviceLimitName[];

/** The rules that an update names: absent and null ones stay as they are, an empty list takes all away. */
export function askedDeviceLimits(update: HostConfig): DeviceLimitName[] {
  return names.filter((name) => Array.isArray(update[name]));
}

/** Major and minor number by path; undefined for a device that is not there any more. */
export type DeviceNumbers = Readonly<Record<string, readonly [number, number]>>;

export interface DeviceLimitRequest {
  readonly present: HostConfig;
  readonly wanted: HostConfig;
  readonly changed: readonly DeviceLimitName[];
  readonly numbers: DeviceNumbers;
  readonly target: LimitTarget;
}

/** What to write so that the devices have the wanted rules and no others. Each write knows what takes it back. */
export function deviceLimitWrites(request: DeviceLimitRequest): LimitWrite[] {
  return request.changed.flatMap((name) => {
    const before = ratesOf(request.present, name, request.numbers);
    const after = ratesOf(request.wanted, name, request.numbers);
    const devices = new Set([...before.keys(), ...after.keys()]);
    return [...devices]
      .filter((device) => before.get(device) !== after.get(device))
      .map((device) => ({
        ...fileOf(name, request.target),
        value: ruleOf(name, request.target, device, after.get(device)),
        back: ruleOf(name, request.target, device, before.get(device)),
      }));
  });
}

/** Rate or weight by `major:minor`. */
function ratesOf(
  config: HostConfig,
  name: DeviceLimitName,
  numbers: DeviceNumbers,
): Map<string, number> {
  const rates = new Map<string, number>();
  for (const entry of config[name] ?? []) {
    const number = numbers[entry.Path ?? ''];
    const rate = 'Weight' in entry ? entry.Weight : 'Rate' in entry ? entry.Rate : undefined;
    if (number !== undefined && rate) rates.set(number.join(':'), rate);
  }
  return rates;
}

function fileOf(
  name: DeviceLimitName,
  { layout, read }: LimitTarget,
): Pick<LimitWrite, 'controller' | 'file'> {
  if (name !== 'BlkioWeightDevice') {
    return layout === 'v2'
      ? { controller: 'io', file: 'io.max' }
      : { controller: 'blkio', file: rules[name].legacy };
  }
  const [controller, bfq, plain] =
    layout === 'v2'
      ? (['io', 'io.bfq.weight', rules[name].unified] as const)
      : (['blkio', 'blkio.bfq.weight_device', rules[name].legacy] as const);
  return { controller, file: read(controller, bfq) === undefined ? plain : bfq };
}

/** An undefined rate takes the rule away. */
function ruleOf(
  name: DeviceLimitName,
  { layout, read }: LimitTarget,
  device: string,
  rate: number | undefined,
): string {
  if (name !== 'BlkioWeightDevice') {
    return layout === 'v2'
      ? `${device} ${rules[name].unified}=${rate ?? 'max'}`
      : `${device} ${rate ?? 0}`;
  }
  if (rate === undefined) return `${device} ${none(layout)}`;
  const scaled = layout === 'v2' && read('io', 'io.bfq.weight') === undefined;
  return `${device} ${scaled ? Math.floor(1 + ((rate - 10) * 9999) / 990) : rate}`;
}

function none(layout: CgroupLayout): string {
  return layout === 'v2' ? 'default' : '0';
}
