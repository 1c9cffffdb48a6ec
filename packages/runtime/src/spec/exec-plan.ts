import type { ProcessSpec } from '../runtime-spec.ts';

/** A process that the shim is to put into its container itself, without the OCI runtime. */
export interface ExecPlanRequest {
  readonly process: ProcessSpec;
  /** Names of the kernel's capabilities; the index is the number. */
  readonly capabilities: readonly string[];
  /** Folders of the container's cgroup in the v1 hierarchies. */
  readonly cgroups: readonly string[];
  /** File with the container's compiled seccomp filter; absent: it has none. */
  readonly seccompFilter?: string;
}

/**
 * The plan as the shim reads it: texts `key=value` with a NUL behind each (native/shim/src/plan.h). Undefined when
 * the process asks for something that a plan cannot say, so that the runtime must do it.
 */
export function execPlan(request: ExecPlanRequest): string | undefined {
  const { process } = request;
  if (process.apparmorProfile !== undefined || process.selinuxLabel !== undefined) return undefined;
  const capabilities = capabilityEntries(request);
  if (capabilities === undefined) return undefined;
  const entries: [key: string, value: string | number][] = [
    ...process.args.map((value): [string, string] => ['arg', value]),
    ...process.env.map((value): [string, string] => ['env', value]),
    ['cwd', process.cwd],
    ['uid', process.user.uid],
    ['gid', process.user.gid],
    ...(process.user.additionalGids ?? []).map((value): [string, number] => ['group', value]),
    ['umask', process.user.umask ?? 0o022],
    ...capabilities,
    ...limitEntries(process),
    ...request.cgroups.map((value): [string, string] => ['cgroup', value]),
    ['noNewPrivileges', process.noNewPrivileges ? 1 : 0],
    ['terminal', process.terminal ? 1 : 0],
  ];
  if (process.consoleSize !== undefined) {
    entries.push(['rows', process.consoleSize.height], ['columns', process.consoleSize.width]);
  }
  if (process.oomScoreAdj !== undefined) entries.push(['oomScoreAdj', process.oomScoreAdj]);
  if (request.seccompFilter !== undefined) entries.push(['filter', request.seccompFilter]);
  const texts = entries.map(([key, value]) => `${key}=${value}`);
  return texts.some((text) => text.includes('\0')) ? undefined : `${texts.join('\0')}\0`;
}

/** What a plan runs, for showing it later. */
export function commandOfPlan(plan: string): Pick<ProcessSpec, 'args' | 'terminal'> {
  const texts = plan.split('\0');
  return {
    args: texts.filter((text) => text.startsWith('arg=')).map((text) => text.slice(4)),
    terminal: texts.includes('terminal=1'),
  };
}

function capabilityEntries({
  process,
  capabilities,
}: ExecPlanRequest): [string, string][] | undefined {
  const sets = process.capabilities;
  if (sets === undefined) return undefined;
  const names = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;
  const entries: [string, string][] = [];
  for (const name of names) {
    let mask = 0n;
    for (const capability of sets[name] ?? []) {
      const bit = capabilities.indexOf(capability);
      if (bit < 0) return undefined;
      mask |= 1n << BigInt(bit);
    }
    entries.push([name, mask.toString(16)]);
  }
  return entries;
}

/** `NAME soft hard`. The numbers go through JSON, where unlimited keeps its exact value. */
function limitEntries({ rlimits }: ProcessSpec): [string, string][] {
  return (rlimits ?? []).map(({ type, soft, hard }) => [
    'limit',
    `${type.replace(/^RLIMIT_/, '')} ${JSON.stringify(soft)} ${JSON.stringify(hard)}`,
  ]);
}
