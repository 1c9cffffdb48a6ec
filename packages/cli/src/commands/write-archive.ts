import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CliContext } from '../cli-context.ts';
import { withByteProgress } from '../streams/byte-progress.ts';
import { CommandError } from '../usage-error.ts';

/** Where an archive goes; a terminal is refused before the daemon is asked for anything. */
export function checkArchiveTarget(context: CliContext, path: string, what: string): void {
  if (path === '') {
    if (!context.terminal.outputIsTerminal) return;
    throw new CommandError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  const folder = dirname(path);
  if (!isFolder(folder)) {
    throw new CommandError(
      `failed to ${what}: invalid output path: stat ${folder}: no such file or directory`,
    );
  }
  if (isFolder(path)) {
    throw new CommandError(
      `failed to ${what}: invalid output path: ${JSON.stringify(path)} must be a directory or a regular file`,
    );
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Writes to standard output, or to a file that appears only when it is complete; for a file a terminal shows how far it is. */
export async function writeArchive(
  context: CliContext,
  content: Readable,
  path: string,
): Promise<void> {
  if (path === '') {
    await pipeline(content, context.terminal.output, { end: false });
    return;
  }
  const body = withByteProgress(context.terminal, content, {
    label: `Writing ${path}`,
    transient: true,
  });
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    await pipeline(body, createWriteStream(path));
    return;
  }
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(body, createWriteStream(temporary, { mode: 0o600, flags: 'wx' }));
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
