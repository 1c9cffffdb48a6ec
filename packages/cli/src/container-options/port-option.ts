import { isIP } from 'node:net';
import { cut } from '../flags/flag-types.ts';
import { ValueError } from '../usage-error.ts';

export interface PortBindingSpec {
  readonly HostIp: string;
  readonly HostPort: string;
}

export interface PortMapping {
  /** `80/tcp` */
  readonly port: string;
  readonly binding: PortBindingSpec;
}

/** Reads `-p`: `[ip:][host-port[-end]:]port[-end][/protocol]`, or `published=…,target=…,protocol=…`. */
export function parsePublish(text: string): PortMapping[] {
  return parsePortSpec(text.includes('=') ? standardNotation(text) : text);
}

function standardNotation(text: string): string {
  const parameters = new Map([['protocol', 'tcp']]);
  for (const parameter of text.split(',')) {
    const [key, value] = cut(parameter, '=');
    if (value === undefined || key === '') {
      throw new ValueError(
        `invalid publish opts format (should be name=value but got '${parameter}')`,
      );
    }
    parameters.set(key, value);
  }
  const part = (name: string) => parameters.get(name) ?? '';
  return `${part('published')}:${part('target')}/${part('protocol')}`;
}

function parsePortSpec(text: string): PortMapping[] {
  const parts = text.split(':');
  const [protocol, container] = splitProtocol(parts.at(-1) ?? '');
  const host = parts.length > 1 ? (parts.at(-2) ?? '') : '';
  const address = hostAddress(parts.slice(0, -2).join(':'));
  if (container === '') throw new ValueError(`no port specified: ${text}<empty>`);
  const inner = rangeOr(container, `invalid containerPort: ${container}`);
  const outer = host === '' ? undefined : rangeOr(host, `invalid hostPort: ${host}`);
  const count = inner.end - inner.start;
  if (outer !== undefined && outer.end - outer.start !== count && count !== 0) {
    throw new ValueError(
      `invalid ranges specified for container and host Ports: ${container} and ${host}`,
    );
  }
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) {
    throw new ValueError(`invalid proto: ${protocol}`);
  }
  return Array.from({ length: count + 1 }, (_, i) => ({
    port: `${inner.start + i}/${protocol.toLowerCase()}`,
    binding: { HostIp: address, HostPort: hostPort(outer, i, count === 0) },
  }));
}

function hostAddress(text: string): string {
  const bracketed = /^\[(.*)\]$/.exec(text);
  if (text.startsWith('[') && bracketed === null) {
    throw new ValueError(`invalid IP address ${text}: address ${text}:: missing ']' in address`);
  }
  const address = bracketed?.[1] ?? text;
  if (address !== '' && isIP(address) === 0) throw new ValueError(`invalid IP address: ${address}`);
  return address;
}

interface PortRange {
  readonly start: number;
  readonly end: number;
}

/** A single container port takes any free port of a host range. */
function hostPort(outer: PortRange | undefined, index: number, single: boolean): string {
  if (outer === undefined) return '';
  const port = String(outer.start + index);
  return single && outer.start !== outer.end ? `${port}-${outer.end}` : port;
}

function rangeOr(text: string, message: string): PortRange {
  try {
    return parsePortRange(text);
  } catch {
    throw new ValueError(message);
  }
}

function parsePortRange(text: string): PortRange {
  if (text === '') throw new ValueError('empty string specified for ports');
  const parts = text.split('-');
  const start = parsePort(parts[0] ?? '');
  const end = parts.length === 1 ? start : parsePort(parts[1] ?? '');
  if (end < start) throw new ValueError(`invalid range specified for port: ${text}`);
  return { start, end };
}

function parsePort(text: string): number {
  const shown = JSON.stringify(text);
  if (!/^\d+$/.test(text)) {
    throw new ValueError(`strconv.ParseUint: parsing ${shown}: invalid syntax`);
  }
  if (Number(text) > 65535) {
    throw new ValueError(`strconv.ParseUint: parsing ${shown}: value out of range`);
  }
  return Number(text);
}

function splitProtocol(text: string): [string, string] {
  const parts = text.split('/');
  if (!parts[0]) return ['', ''];
  return [parts[1] || 'tcp', parts[0]];
}

/** Reads `--expose`: `port[-end][/protocol]`. */
export function parseExpose(text: string): string[] {
  if (text.includes(':')) throw new ValueError(`invalid port format for --expose: ${text}`);
  const [protocol, ports] = splitProtocol(text);
  try {
    const range = parsePortRange(ports);
    return Array.from(
      { length: range.end - range.start + 1 },
      (_, i) => `${range.start + i}/${protocol}`,
    );
  } catch (error) {
    const reason = (error as Error).message;
    throw new ValueError(`invalid range format for --expose: ${text}, error: ${reason}`);
  }
}
