import { posix } from 'node:path';
import { ValueError } from '../usage-error.ts';

export interface DeviceMappingSpec {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** True for a CDI device name: `vendor.com/class=name`. */
export function isCdiDevice(text: string): boolean {
  return /^[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\/[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?=[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?$/.test(
    text,
  );
}

/** Reads `--device host-path[:container-path][:permissions]`. */
export function parseDevice(text: string): DeviceMappingSpec {
  const parts = text.split(':');
  if (parts.length > 3 || parts[0] === '') throw new ValueError(`bad format for path: ${text}`);
  const [host = '', second, third] = parts;
  if (third !== undefined && !isPermissions(third)) {
    throw new ValueError(`bad mode specified: ${third}`);
  }
  const onlyPermissions = third === undefined && second !== undefined && isPermissions(second);
  const inside = second === undefined || onlyPermissions ? host : second;
  if (!posix.isAbsolute(inside)) throw new ValueError(`${inside} is not an absolute path`);
  const sameInside = second === undefined || onlyPermissions;
  return {
    PathOnHost: sameInside ? clean(host) : host,
    PathInContainer: third === undefined ? clean(inside) : inside,
    CgroupPermissions: third ?? (onlyPermissions ? second : 'rwm'),
  };
}

/** A mix of r, w and m, each at most once. */
function isPermissions(text: string): boolean {
  return /^(?!.*(.).*\1)[rwm]{1,3}$/.test(text);
}

function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}
