import type { ContainerContext } from '../container-context.ts';
import { createExec } from '../exec/exec-create.ts';
import { probeExec } from '../exec/exec-start.ts';
import { type ProbeAnswer, type ProbeRequest, timedOut } from './health-probe.ts';

/**
 * Runs the probe's command in the container through its shim, as `exec` does, with the same events. A command that
 * takes too long is killed. Rejects when it cannot be started.
 */
export async function probeByExec(
  context: ContainerContext,
  { entry, live, plan, signal }: ProbeRequest,
  command: readonly string[],
): Promise<ProbeAnswer> {
  const { Id: id } = createExec(context, entry.id, {
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
  });
  const kill = (): void => void live.shim.kill({ execId: id }, 9).catch(() => undefined);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const { exitCode, late, output, cut } = await probeExec(context, id, plan.timeout);
    const text = cut ? `${output}...` : output;
    return late ? timedOut(plan.timeout, text) : { exitCode, output: text };
  } finally {
    signal.removeEventListener('abort', kill);
    context.execs.discard(id);
  }
}
