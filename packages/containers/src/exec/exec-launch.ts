import { rename, rm, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '@berth/runtime';
import { type ExecProgram, isNativeRefusal } from '@berth/runtime/shim/index.ts';
import type { ContainerContext } from '../container-context.ts';
import type { LiveContainer } from '../live-container.ts';
import type { ExecRecord } from './exec-record.ts';
import { nativeExec } from './native-exec.ts';

/** Containers whose shim could not do without the runtime once: it is not tried again. */
const refused = new WeakSet<LiveContainer>();

/** Plans of probes as they lie on disk: they hardly ever change. */
const plansOfProbes = new WeakMap<LiveContainer, string>();

/** How the shim is asked for a process. */
export interface Launch<Launched> {
  readonly kind: 'exec' | 'probe';
  readonly run: (program: ExecProgram) => Promise<Launched>;
}

/** Runs the process: by the shim itself where that is the same, which takes a fraction of the runtime's time. */
export async function launchProcess<Launched>(
  context: ContainerContext,
  exec: ExecRecord,
  live: LiveContainer,
  what: Launch<Launched> & { readonly process: ProcessSpec },
): Promise<Launched> {
  const { id, record } = exec.entry;
  const native = refused.has(live)
    ? undefined
    : nativeExec(context, record, live.cgroup, {
        spec: await live.spec(),
        process: what.process,
      });
  if (native !== undefined) {
    const planFile =
      what.kind === 'exec'
        ? await writePlan(context, exec, native.plan)
        : await keepPlan(context, exec, live, native.plan);
    try {
      return await what.run({
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
  return await what.run({ processFile });
}

async function writePlan(
  { execs }: ContainerContext,
  { id, entry }: ExecRecord,
  plan: string,
): Promise<string> {
  const file = execs.planFile(entry.id, id);
  execs.update(id, { file });
  await writeFile(file, plan, { mode: 0o600 });
  return file;
}

/** One file for all probes of a run of the container. */
async function keepPlan(
  { execs }: ContainerContext,
  { id, entry }: ExecRecord,
  live: LiveContainer,
  plan: string,
): Promise<string> {
  const file = execs.planFile(entry.id, 'health');
  if (plansOfProbes.get(live) === plan) return file;
  const draft = execs.planFile(entry.id, id);
  await writeFile(draft, plan, { mode: 0o600 });
  await rename(draft, file);
  plansOfProbes.set(live, plan);
  return file;
}
