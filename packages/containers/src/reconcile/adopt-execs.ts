import { readFile } from 'node:fs/promises';
import type { ProcessSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';

/** Execs that an earlier daemon started and that still run can be inspected and signalled again. */
export async function adoptExecs(
  context: ContainerContext,
  entry: ContainerEntry,
  execs: readonly { readonly execId: string; readonly pid: number }[],
): Promise<void> {
  for (const { execId, pid } of execs) {
    const process = await readProcess(context.execs.processFile(entry.id, execId));
    context.execs.add({
      id: execId,
      entry,
      body: { Cmd: process?.args ?? [], Tty: process?.terminal ?? false },
      phase: 'running',
      pid,
      exitCode: null,
    });
  }
}

async function readProcess(file: string): Promise<ProcessSpec | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessSpec;
  } catch {
    return undefined;
  }
}
