import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { engineError } from '@berth/errors';

/** Who runs under a process ID; undefined when nobody does. */
export type CommandOf = (pid: number) => string | undefined;

/**
 * Writes the process ID. Fails with daemon.already-running when the file names another running process
 * that is a berthd; a stale file is replaced.
 */
export function writePidFile(path: string, pid: number, commandOf: CommandOf): void {
  const holder = readPid(path);
  const command = holder === undefined || holder === pid ? undefined : commandOf(holder);
  if (holder !== undefined && command?.includes('berthd') === true) {
    throw engineError('daemon.already-running', { path, pid: holder });
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const temporary = `${path}.${pid}.tmp`;
  writeFileSync(temporary, `${pid}\n`, { mode: 0o644 });
  renameSync(temporary, path);
}

/** Removes the file when it is still this process's. */
export function removePidFile(path: string, pid: number): void {
  if (readPid(path) === pid) rmSync(path, { force: true });
}

function readPid(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
