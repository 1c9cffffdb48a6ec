import { isIP } from 'node:net';
import { cut } from '../flags/flag-types.ts';
import { parseUnsigned } from '../flags/numbers.ts';
import { parseSize } from '../flags/sizes.ts';
import { ValueError } from '../usage-error.ts';
import { parseDeviceRequest } from './device-request.ts';
import { parseMount } from './mount-option.ts';
import { parseNetworkOption } from './network-option.ts';
import { parseUlimit } from './ulimit-option.ts';

/** One of the three standard streams; the answer is in lower case. */
export function checkAttach(value: string): string {
  const stream = value.toLowerCase();
  if (stream === 'stdin' || stream === 'stdout' || stream === 'stderr') return stream;
  throw new ValueError('valid streams are STDIN, STDOUT and STDERR');
}

/** `NAME=value`, or `NAME` to take the value of the client's own environment. */
export function checkEnvironment(value: string): string {
  const [name, given] = cut(value, '=');
  if (name === '') throw new ValueError(`invalid environment variable: ${value}`);
  if (given !== undefined) return value;
  const own = process.env[name];
  return own === undefined ? value : `${name}=${own}`;
}

export function checkLabel(value: string): string {
  const name = cut(value, '=')[0].replace(/^[ \t]+/, '');
  if (name === '') throw new ValueError(`invalid label '${value}': empty name`);
  if (/[ \t]/.test(name)) throw new ValueError(`label '${name}' contains whitespaces`);
  return value;
}

export function checkLink(value: string): string {
  if (value === '') throw new ValueError('empty string specified for links');
  if (value.split(':').length > 2) throw new ValueError(`bad format for links: ${value}`);
  return value;
}

/** An IP address in its usual notation. */
export function checkIpAddress(value: string): string {
  const address = value.trim();
  if (isIP(address) === 0 || address.includes('%')) {
    throw new ValueError(`IP address is not correctly formatted: ${value}`);
  }
  return isIP(address) === 6 ? canonicalIpv6(address) : address;
}

function canonicalIpv6(address: string): string {
  const written = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(written);
  if (mapped === null) return written;
  const high = Number.parseInt(mapped[1] ?? '', 16);
  const low = Number.parseInt(mapped[2] ?? '', 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

const domainPattern =
  /^((?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*)\.?\s*$/;

export function checkDnsSearch(value: string): string {
  const domain = value.replace(/^ +| +$/g, '');
  if (domain === '.') return domain;
  const match = domain.length < 1024 ? domainPattern.exec(domain.replace(/^:/, '')) : null;
  if (match === null || !/[a-zA-Z]/.test(domain) || (match[1] ?? '').length >= 255) {
    throw new ValueError(`${domain} is not a valid domain`);
  }
  return match[1] ?? '';
}

/** `name:address` or `name=address`; the address may stand in brackets or be `host-gateway`. */
export function checkExtraHost(value: string): string {
  const equal = cut(value, '=');
  const [name, given] = equal[1] === undefined ? cut(value, ':') : equal;
  if (given === undefined || name === '' || name.includes(':')) {
    throw new ValueError(`bad format for add-host: ${JSON.stringify(value)}`);
  }
  const address = /^\[.+\]$/.test(given) ? given.slice(1, -1) : given;
  if (given !== 'host-gateway' && isIP(address.trim()) === 0) {
    throw new ValueError(`invalid IP address in add-host: ${JSON.stringify(address)}`);
  }
  return `${name}:${given === 'host-gateway' ? given : address}`;
}

export function checkDeviceCgroupRule(value: string): string {
  if (/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(value)) return value;
  throw new ValueError(`invalid device cgroup format '${value}'`);
}

const plainSysctls = [
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
];

export function checkSysctl(value: string): string {
  const [name, given] = cut(value, '=');
  const allowed = plainSysctls.includes(name) || /^(net|fs\.mqueue)\./.test(name);
  if (given === undefined || name === '' || !allowed) {
    throw new ValueError(`sysctl '${value}' is not allowed`);
  }
  return value;
}

function devicePath(value: string): [string, string] {
  const [path, rest] = cut(value, ':');
  if (rest === undefined || path === '') throw new ValueError(`bad format: ${value}`);
  if (!path.startsWith('/dev/')) throw new ValueError(`bad format for device path: ${value}`);
  return [path, rest];
}

const rateForm = 'The correct format is <device-path>:<number>';

/** A device and a rate in bytes: `/dev/sda:10mb`. */
export function parseThrottleBytes(value: string): { Path: string; Rate: number } {
  const [path, rate] = devicePath(value);
  try {
    return { Path: path, Rate: parseSize(rate) };
  } catch {
    throw new ValueError(
      `invalid rate for device: ${value}. ${rateForm}[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`,
    );
  }
}

/** A device and a rate in operations: `/dev/sda:1000`. */
export function parseThrottleOperations(value: string): { Path: string; Rate: number } {
  const [path, rate] = devicePath(value);
  try {
    return { Path: path, Rate: parseUnsigned(rate) };
  } catch {
    throw new ValueError(
      `invalid rate for device: ${value}. ${rateForm}. Number must be a positive integer`,
    );
  }
}

/** A device and its share: `/dev/sda:500`. */
export function parseWeightDevice(value: string): { Path: string; Weight: number } {
  const [path, weight] = devicePath(value);
  const number = /^\d{1,4}$/.test(weight) ? Number(weight) : -1;
  if (number !== 0 && (number < 10 || number > 1000)) {
    throw new ValueError(`invalid weight for device: ${value}`);
  }
  return { Path: path, Weight: number };
}

/** A check that keeps the text and only tries whether it can be read. */
function readable(read: (value: string) => unknown): (value: string) => string {
  return (value) => {
    read(value);
    return value;
  };
}

export const checkThrottleBytes = readable(parseThrottleBytes);
export const checkThrottleOperations = readable(parseThrottleOperations);
export const checkWeightDevice = readable(parseWeightDevice);
export const checkUlimit = readable(parseUlimit);
export const checkMount = readable(parseMount);
export const checkNetwork = readable(parseNetworkOption);
export const checkGpuRequest = readable(parseDeviceRequest);
