import { rm, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '@berth/runtime';
import {
  type ExecProgram,
  isNativeRefusal,
  type ShimExecOptions,
} from '@berth/runtime/shim/index.ts';
import type { ContainerContext } from '../container-context.ts';
import type { LiveContainer } from '../live-container.ts';
import type { ExecRecord } from './exec-record.ts';
import { nativeExec } from './native-exec.ts';

type Launched = Awaited<ReturnType<LiveContainer['shim']['exec']>>;

/** Containers whose shim could not do without the runtime once: it is not tried again. */
const refused = new WeakSet<LiveContainer>();

/** Runs the process: by the shim itself where that is the same, which takes a fraction of the runtime's time. */
export async function launchProcess(
  context: ContainerContext,
  exec: ExecRecord,
  live: LiveContainer,
  what: {
    readonly process: ProcessSpec;
    readonly streams: Omit<ShimExecOptions, 'execId' | 'program'>;
  },
): Promise<Launched> {
  const run = (program: ExecProgram) =>
    live.shim.exec({ ...what.streams, execId: exec.id, program });
  const { id, record } = exec.entry;
  const native = refused.has(live)
    ? undefined
    : nativeExec(context, record, live.cgroup, {
        spec: await live.spec(),
        process: what.process,
      });
  if (native !== undefined) {
    const planFile = context.execs.planFile(id, exec.id);
    context.execs.update(exec.id, { file: planFile });
    await writeFile(planFile, native.plan, { mode: 0o600 });
    try {
      return await run({
        planFile,
        ...(native.cgroup === undefined ? {} : { cgroup: native.cgroup }),
      });
    } catch (error) {
      if (!isNativeRefusal(error)) throw error;
      refused.add(live);
      await rm(planFile, { force: true });
    }
  }
  void context.kernel.cgroups.prepareMove();
  const processFile = context.execs.processFile(id, exec.id);
  context.execs.update(exec.id, { file: processFile });
  await writeFile(processFile, JSON.stringify(what.process), { mode: 0o600 });
  return await run({ processFile });
}
