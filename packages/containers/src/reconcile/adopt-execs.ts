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
    const process =
      (await readCommand(context.execs.planFile(entry.id, execId), commandOfPlan)) ??
      (await readCommand(context.execs.processFile(entry.id, execId), JSON.parse));
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
