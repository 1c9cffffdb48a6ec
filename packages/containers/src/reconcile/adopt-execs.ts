import { readFile } from 'node:fs/promises';
import { commandOfPlan, type ProcessSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';

/** Execs that an earlier daemon started and that still run can be inspected and signalled again. */
export async function adoptExecs(
  context: ContainerContext,
  entry: ContainerEntry,
  execs: readonly { readonly execId: string; readonly pid: number }[],
): Promise<void> {
  for (const { execId, pid } of execs) {
    const planFile = context.execs.planFile(entry.id, execId);
    const processFile = context.execs.processFile(entry.id, execId);
    const planned = await readCommand(planFile, commandOfPlan);
    const process = planned ?? (await readCommand(processFile, JSON.parse));
    context.execs.add({
      id: execId,
      entry,
      body: { Cmd: process?.args ?? [], Tty: process?.terminal ?? false },
      phase: 'running',
      pid,
      exitCode: null,
      file: planned === undefined ? processFile : planFile,
    });
  }
}

async function readCommand(
  file: string,
  parse: (text: string) => Pick<ProcessSpec, 'args' | 'terminal'>,
): Promise<Pick<ProcessSpec, 'args' | 'terminal'> | undefined> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
