import type { Readable } from 'node:stream';
import type { AuthConfig } from '@berth/engine-api';

/** Bytes to send: all at once, or as a stream that is read as fast as the engine takes it. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** A moment: a date, seconds since 1970 (fractions allowed), RFC 3339 text, or a duration before now such as `10m`. */
export type Moment = string | number | Date;

/** One value of a filter, or several. */
export type FilterValue = string | number | boolean | readonly (string | number | boolean)[];

/** One record of a long operation's progress: pull, push, import, load, build. */
export interface ProgressRecord {
  /** What the record is about, such as a layer's short ID. */
  readonly id?: string;
  readonly status?: string;
  /** Text to print as it is. */
  readonly stream?: string;
  readonly progressDetail?: {
    /** Bytes, unless `units` says otherwise. */
    readonly current?: number;
    readonly total?: number;
    readonly start?: number;
    readonly units?: string;
    readonly hidecounts?: boolean;
  };
  /** A drawn bar, for those who draw none themselves. */
  readonly progress?: string;
  /** What came of it, such as the new image's ID. */
  readonly aux?: unknown;
}

/** What a path of a container is: the X-Docker-Container-Path-Stat header. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** Go's os.FileMode: permissions in the low 9 bits, bit 31 for a directory, bit 27 for a symbolic link. */
  readonly mode: number;
  /** RFC 3339. */
  readonly mtime: string;
  readonly linkTarget: string;
}

/** A tar archive of a path, and what that path is. */
export interface ContainerArchive {
  readonly stat: PathStat;
  readonly body: Readable;
}

/** Reads the header of an archive's answer. Throws a plain Error when it is not what it should be. */
export function decodePathStat(header: string | undefined): PathStat {
  const stat: unknown = JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8'));
  if (typeof stat !== 'object' || stat === null) throw new Error('no path stat in the answer');
  return stat as PathStat;
}

/** The value of an X-Registry-Auth or X-Registry-Config header; text is taken as encoded already. */
export function encodeRegistryHeader(
  value: AuthConfig | Readonly<Record<string, AuthConfig>> | string,
): string {
  if (typeof value === 'string') return value;
  return Buffer.from(JSON.stringify(value))
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** Filters as the engine reads them: every value is a text in a list. */
export function encodeFilters(
  filters: Readonly<Record<string, FilterValue | undefined>>,
): Record<string, string[]> | undefined {
  const named = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().map(String)] as const],
  );
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
