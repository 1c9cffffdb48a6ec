import path from 'node:path';
import { isApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import { decimalSize } from '../format/sizes.ts';

/** The X-Docker-Container-Path-Stat header. */
export interface FileStat {
  readonly name: string;
  readonly size: number;
  /** Go's os.FileMode. */
  readonly mode: number;
  readonly linkTarget: string;
}

export interface CopyOptions {
  readonly follow: boolean;
  /** Everything gets the owner that the container is configured with. */
  readonly archive: boolean;
  readonly quiet: boolean;
}

const directoryBit = 2 ** 31;
const linkBit = 2 ** 27;

export function isDirectory({ mode }: FileStat): boolean {
  return mode >= directoryBit;
}

/** Every bit but those of permissions, set-id and sticky tells that it is something special. */
export function isOrdinary(stat: FileStat): boolean {
  return isDirectory(stat) || (stat.mode & (linkBit | (2 ** 24) | (2 ** 25) | (2 ** 26))) === 0;
}

export function archivePath(container: string): string {
  return `/containers/${encodeURIComponent(container)}/archive`;
}

export function parseStat(header: string | undefined): FileStat {
  return JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8')) as FileStat;
}

/** Undefined when there is no such file; a missing container is told by the request that follows. */
export async function statInContainer(
  { engine }: CliContext,
  container: string,
  file: string,
): Promise<FileStat | undefined> {
  try {
    const query = { path: file };
    const { headers, body } = await engine.stream('HEAD', archivePath(container), { query });
    body.destroy();
    return parseStat(headers.get('x-docker-container-path-stat'));
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}

/** Where a link leads to; undefined for anything else. */
export function linkTargetOf(stat: FileStat, file: string): string | undefined {
  if (isDirectory(stat) || (stat.mode & linkBit) === 0) return undefined;
  return path.posix.resolve(path.posix.dirname(path.posix.join('/', file)), stat.linkTarget);
}

/** The path with what `path.join` takes away: a slash or a dot at the end. */
export function withEnding(clean: string, given: string): string {
  const ending = /(\/|\/\.|^\.)$/.exec(given)?.[0];
  if (ending === undefined || clean === '/') return clean;
  return ending === '/' ? `${clean}/` : `${clean}/.`;
}

export function reportCopied(
  { terminal }: CliContext,
  options: CopyOptions,
  bytes: number,
  destination: string,
): void {
  if (!options.quiet)
    terminal.warn(`Successfully copied ${decimalSize(bytes, 3)} to ${destination}`);
}
