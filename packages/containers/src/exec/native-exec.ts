import path from 'node:path';
import type { CgroupLocation } from '@berth/kernel';
import {
  defaultSeccompProfile,
  execPlan,
  type ProcessSpec,
  type RuntimeSpec,
} from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord } from '../container-record.ts';

export interface NativeExec {
  /** For the shim. */
  readonly plan: string;
  /** The container's v2 cgroup. */
  readonly cgroup?: string;
}

/**
 * How the shim puts a process into the container without the OCI runtime. Undefined when the runtime has to do it:
 * one that is not built on namespaces alone, a user namespace, a label, a seccomp profile of the user's own (it
 * could forbid the steps before the program) or a filter that only the runtime has.
 */
export function nativeExec(
  context: ContainerContext,
  record: ContainerRecord,
  cgroup: CgroupLocation,
  what: { readonly spec: RuntimeSpec; readonly process: ProcessSpec },
): NativeExec | undefined {
  const name = record.hostConfig.Runtime ?? context.config.defaults.runtime;
  const runtime = context.config.runtimes[name];
  if (runtime === undefined || (runtime.arguments ?? []).length > 0) return undefined;
  const program = path.basename(runtime.path);
  if (program !== 'crun' && program !== 'runc') return undefined;
  const { linux } = what.spec;
  if (linux.namespaces.some(({ type }) => type === 'user')) return undefined;
  const filtered = linux.seccomp !== undefined;
  if (filtered && (program !== 'crun' || !hasDefaultProfile(context, what.spec))) return undefined;
  const state = path.join(context.execRoot, 'runtime', name, record.id);
  const { unified, legacy } = foldersOf(cgroup);
  const plan = execPlan({
    process: what.process,
    capabilities: context.kernel.host.kernelCapabilities,
    cgroups: legacy,
    ...(filtered ? { seccompFilter: path.join(state, 'seccomp.bpf') } : {}),
  });
  if (plan === undefined) return undefined;
  return unified === undefined ? { plan } : { plan, cgroup: unified };
}

const judged = new WeakMap<RuntimeSpec, boolean>();

function hasDefaultProfile({ kernel }: ContainerContext, spec: RuntimeSpec): boolean {
  const known = judged.get(spec);
  if (known !== undefined) return known;
  const capabilities = spec.process.capabilities?.bounding ?? [];
  const profile = defaultSeccompProfile(capabilities, kernel.host.architecture);
  const verdict = JSON.stringify(profile) === JSON.stringify(spec.linux.seccomp);
  judged.set(spec, verdict);
  return verdict;
}

function foldersOf({ layout, directories }: CgroupLocation): {
  readonly unified: string | undefined;
  readonly legacy: readonly string[];
} {
  const all = [...new Set(Object.values(directories))];
  if (layout === 'v2') return { unified: all[0], legacy: [] };
  const { unified } = directories;
  return { unified, legacy: all.filter((folder) => folder !== unified) };
}
