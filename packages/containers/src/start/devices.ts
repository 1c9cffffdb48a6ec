import { type BigIntStats, constants } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DeviceMapping, HostConfig } from '@berth/engine-api';
import { engineError, errnoOf } from '@berth/errors';
import type { SpecRequest } from '@berth/runtime';

export type HostDevice = SpecRequest['devices'][number];

/** Device nodes of `--device`, looked up on the host; all of /dev for privileged containers. */
export async function hostDevices(host: HostConfig): Promise<HostDevice[]> {
  if (host.Privileged === true) return await devicesBelow('/dev', '/dev', 'rwm');
  const devices: HostDevice[] = [];
  for (const mapping of host.Devices ?? []) devices.push(...(await mappedDevices(mapping)));
  return devices;
}

/** Major and minor numbers of the devices that block I/O limits name. */
export async function blockDeviceNumbers(
  host: HostConfig,
): Promise<Record<string, readonly [number, number]>> {
  const named = [
    ...(host.BlkioWeightDevice ?? []),
    ...(host.BlkioDeviceReadBps ?? []),
    ...(host.BlkioDeviceWriteBps ?? []),
    ...(host.BlkioDeviceReadIOps ?? []),
    ...(host.BlkioDeviceWriteIOps ?? []),
  ];
  const numbers: Record<string, readonly [number, number]> = {};
  for (const { Path: device = '' } of named) {
    try {
      numbers[device] = nodeNumbers(await stat(device, { bigint: true }));
    } catch (cause) {
      throw engineError(
        'containers.invalid-config',
        { reason: `stat ${device}: ${reasonOf(cause)}` },
        { cause },
      );
    }
  }
  return numbers;
}

async function mappedDevices(mapping: DeviceMapping): Promise<HostDevice[]> {
  const device = mapping.PathOnHost ?? '';
  const inside = mapping.PathInContainer || device;
  const permissions = mapping.CgroupPermissions || 'rwm';
  const fail = (reason: string, cause?: unknown) =>
    engineError('containers.invalid-device', { device, reason }, { cause });
  let real: string;
  let stats: BigIntStats;
  try {
    real = await realpath(device);
    stats = await stat(real, { bigint: true });
  } catch (cause) {
    throw fail(reasonOf(cause), cause);
  }
  if (!/^[rwm]{1,3}$/.test(permissions)) throw fail(`invalid permissions: ${permissions}`);
  if (stats.isDirectory()) return await devicesBelow(real, inside, permissions);
  const node = deviceNode(stats, inside, permissions);
  if (node === undefined) throw fail('not a device node');
  return [node];
}

/** Folders of /dev that hold no devices for containers. */
const skippedNames = new Set([
  'pts',
  'shm',
  'fd',
  'mqueue',
  '.lxc',
  '.lxd-mounts',
  '.udev',
  'console',
]);

async function devicesBelow(
  folder: string,
  inside: string,
  permissions: string,
): Promise<HostDevice[]> {
  const devices: HostDevice[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (skippedNames.has(entry.name)) continue;
    const from = path.join(folder, entry.name);
    const to = path.join(inside, entry.name);
    if (entry.isDirectory()) {
      devices.push(...(await devicesBelow(from, to, permissions)));
    } else if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      const node = deviceNode(await stat(from, { bigint: true }), to, permissions);
      if (node !== undefined) devices.push(node);
    }
  }
  return devices;
}

function deviceNode(
  stats: BigIntStats,
  inside: string,
  permissions: string,
): HostDevice | undefined {
  if (!stats.isCharacterDevice() && !stats.isBlockDevice()) return undefined;
  const [major, minor] = nodeNumbers(stats);
  return {
    path: inside,
    type: stats.isBlockDevice() ? 'b' : 'c',
    major,
    minor,
    fileMode: Number(stats.mode) & ~constants.S_IFMT,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    permissions,
  };
}

/** The encoding of st_rdev in the C library's makedev(3). */
export function nodeNumbers({ rdev }: BigIntStats): readonly [number, number] {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n);
  return [Number(major), Number(minor)];
}

function reasonOf(error: unknown): string {
  return errnoOf(error) === 'ENOENT' ? 'no such file or directory' : (error as Error).message;
}
