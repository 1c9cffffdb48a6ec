import path from 'node:path';
import { isApiError, type PathStat } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import { decimalSize } from '../format/sizes.ts';

export interface CopyOptions {
  readonly follow: boolean;
  /** Everything gets the owner that the container is configured with. */
  readonly archive: boolean;
  readonly quiet: boolean;
}

const directoryBit = 2 ** 31;
const linkBit = 2 ** 27;

export function isDirectory({ mode }: PathStat): boolean {
  return mode >= directoryBit;
}

/** Every bit but those of permissions, set-id and sticky tells that it is something special. */
export function isOrdinary(stat: PathStat): boolean {
  return isDirectory(stat) || (stat.mode & (linkBit | (2 ** 24) | (2 ** 25) | (2 ** 26))) === 0;
}

/** Undefined when there is no such file; a missing container is told by the request that follows. */
export async function statInContainer(
  { engine }: CliContext,
  container: string,
  file: string,
): Promise<PathStat | undefined> {
  try {
    return await engine.containers.archiveInfo(container, { path: file });
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}

/** Where a link leads to; undefined for anything else. */
export function linkTargetOf(stat: PathStat, file: string): string | undefined {
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
