import type { ByteString } from './byte-string.ts';
import type { Timestamp } from './tar-entry.ts';
import { TarFormatError } from './tar-format-error.ts';

/** Records of a PAX extended header in archive order (POSIX.1-2001 pax, "extended header"). */
export type PaxRecords = readonly (readonly [key: string, value: ByteString])[];

/** Keys whose value is a name: a NUL inside would make readers disagree on what it means. */
const nameKeys = new Set(['path', 'linkpath', 'uname', 'gname', 'GNU.sparse.name']);

/** Splits `"<length> <key>=<value>\n"` records. */
export function parsePaxRecords(payload: Buffer): PaxRecords {
  const records: [string, ByteString][] = [];
  let at = 0;
  while (at < payload.length) {
    if (payload[at] === 0) break;
    const space = payload.indexOf(0x20, at);
    if (space < 0 || space === at || space - at > 10) throw malformed();
    const lengthText = payload.toString('latin1', at, space);
    const end = at + Number(lengthText);
    if (!/^[0-9]+$/.test(lengthText) || end > payload.length || end <= space + 1) throw malformed();
    const equals = payload.indexOf(0x3d, space + 1);
    if (equals < 0 || equals >= end || equals === space + 1) throw malformed();
    if (payload[end - 1] !== 0x0a) throw malformed();
    const key = payload.toString('latin1', space + 1, equals);
    const value = payload.toString('latin1', equals + 1, end - 1);
    if (key.includes('\0') || (nameKeys.has(key) && value.includes('\0'))) throw malformed();
    records.push([key, value]);
    at = end;
  }
  return records;
}

export function formatPaxRecord(key: string, value: ByteString): ByteString {
  const body = key.length + value.length + 3;
  let length = body + String(body).length;
  if (body + String(length).length !== length) length = body + String(length).length;
  return `${length} ${key}=${value}\n`;
}

export function parsePaxInteger(key: string, text: string): number {
  if (!/^-?[0-9]{1,16}$/.test(text)) throw new TarFormatError(`invalid PAX record ${key}`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new TarFormatError(`PAX record ${key} is too large`);
  return value;
}

/** Decimal seconds with an optional fraction, for example `1350244992.023960108` or `-1.5`. */
export function parsePaxTime(key: string, text: string): Timestamp {
  const match = /^(-?)([0-9]{1,15})(?:\.([0-9]*))?$/.exec(text);
  if (match === null) throw new TarFormatError(`invalid PAX record ${key}`);
  const seconds = Number(match[2]);
  const nanoseconds = Number((match[3] ?? '').slice(0, 9).padEnd(9, '0'));
  if (match[1] === '') return [seconds, nanoseconds];
  return nanoseconds === 0 ? [-seconds, 0] : [-seconds - 1, 1_000_000_000 - nanoseconds];
}

export function formatPaxTime([seconds, nanoseconds]: Timestamp): string {
  if (nanoseconds === 0) return String(seconds);
  const negative = seconds < 0;
  const whole = negative ? -seconds - 1 : seconds;
  const fraction = negative ? 1_000_000_000 - nanoseconds : nanoseconds;
  const digits = String(fraction).padStart(9, '0').replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}.${digits}`;
}

const schily = 'SCHILY.xattr.';
const libarchive = 'LIBARCHIVE.xattr.';

/** The extended attribute that a record carries, or undefined. SCHILY holds raw bytes, LIBARCHIVE base64. */
export function xattrOf(key: string, value: ByteString): [name: string, value: Buffer] | undefined {
  if (key.startsWith(schily)) return [key.slice(schily.length), Buffer.from(value, 'latin1')];
  if (!key.startsWith(libarchive)) return undefined;
  const name = key
    .slice(libarchive.length)
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return [name, Buffer.from(value, 'base64')];
}

function malformed(): TarFormatError {
  return new TarFormatError('malformed PAX extended header');
}
