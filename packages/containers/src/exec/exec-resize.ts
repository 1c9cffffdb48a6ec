import { engineError } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';

/** Sets the size of an exec's terminal. Fails when the exec does not run. */
export async function resizeExec(
  context: ContainerContext,
  execId: string,
  rows: number,
  columns: number,
): Promise<void> {
  const exec = context.execs.get(execId);
  const live = exec.entry.live;
  if (exec.phase !== 'running' || live === undefined) {
    throw engineError('containers.exec-not-ready', { id: exec.id });
  }
  await live.shim.resize({ execId: exec.id }, rows, columns);
}
