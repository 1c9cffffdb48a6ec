import type { DeviceSpec } from '../runtime-spec.ts';
import type { SpecRequest } from '../spec-request.ts';

interface DeviceRule {
  readonly allow: boolean;
  readonly type?: string;
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

/** Device nodes to make besides those that the runtime makes by itself (config-linux.md#default-devices). */
export function deviceNodes(request: SpecRequest): DeviceSpec[] {
  return request.devices.map(({ path, type, major, minor, fileMode, uid, gid }) => ({
    path,
    type,
    major,
    minor,
    fileMode,
    uid,
    gid,
  }));
}

/** Rules of the device controller: nothing but pseudo-terminals, the usual sources and sinks, and what was asked for. */
export function deviceRules(request: SpecRequest): DeviceRule[] {
  if (request.hostConfig.Privileged) return [{ allow: true, access: 'rwm' }];
  return [
    { allow: false, access: 'rwm' },
    ...baseRules,
    ...request.devices.map(({ type, major, minor, permissions }) => ({
      allow: true,
      type,
      major,
      minor,
      access: permissions,
    })),
    ...(request.hostConfig.DeviceCgroupRules ?? []).map(parseDeviceRule),
  ];
}

const baseRules: readonly DeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 5, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 7, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 8, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 9, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 0, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 1, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 2, access: 'rwm' },
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

/** `c 1:3 mr`, `b *:* rwm`: the form of devices.allow (cgroup-v1/devices.rst), validated at create. */
function parseDeviceRule(text: string): DeviceRule {
  const match = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text.trim());
  if (match === null) throw new Error(`unvalidated device cgroup rule: ${text}`);
  const [, type = 'a', major = '*', minor = '*', access = 'rwm'] = match;
  return {
    allow: true,
    type,
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access,
  };
}
