import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { ContainerExit } from './shim-client.ts';
import { numberOf, parseShimMessage, type ShimMessage, stringOf } from './shim-messages.ts';

/** The exit record that a shim wrote, or undefined when there is none (or nothing readable in it). */
export async function readExitFile(path: string): Promise<ContainerExit | undefined> {
  try {
    return parseExitRecord(parseShimMessage(await readFile(path, 'utf8')));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The exit code of an exec that ended while no daemon was connected; undefined when there is no record.
 * A connected daemon gets an event instead, and its handle removes the file.
 */
export async function readExecExitFile(
  bundle: string,
  execId: string,
): Promise<number | undefined> {
  return (await readExitFile(execExitPath(bundle, execId)))?.code;
}

/** Never fails: a file that stays costs a little space. */
export async function removeExecExitFile(bundle: string, execId: string): Promise<void> {
  await unlink(execExitPath(bundle, execId)).catch(() => undefined);
}

function execExitPath(bundle: string, execId: string): string {
  return join(bundle, `exec-${execId}.exit`);
}

export function parseExitRecord(record: ShimMessage): ContainerExit {
  return {
    code: numberOf(record, 'code'),
    signal: numberOf(record, 'signal'),
    exitedAt: stringOf(record, 'exitedAt'),
    oomKilled: record.oomKilled === true,
    oomCount: numberOf(record, 'oomCount'),
    lost: false,
  };
}

/** What is reported when the shim was killed and took the container's true status with it. */
export function lostExit(at: Date): ContainerExit {
  const exitedAt = at.toISOString();
  return { code: 137, signal: 9, exitedAt, oomKilled: false, oomCount: 0, lost: true };
}
