import type { XrayProcess } from '@berth/engine-api';
import type { ProcessDetails } from '@berth/kernel';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';

/** So many processes are shown at most: a fork bomb must not become a memory problem of the daemon. */
const maxProcesses = 1000;

/** The processes in the container's cgroup, by pid; those that end meanwhile are left out. */
export async function processesOf(
  { kernel }: ContainerContext,
  { live }: ContainerEntry,
): Promise<ProcessDetails[]> {
  if (live === undefined) return [];
  const pids = kernel.cgroups.processes(live.cgroup).slice(0, maxProcesses);
  const found: ProcessDetails[] = [];
  for (const pid of pids) {
    const details = await kernel.processes.describe(pid);
    if (details !== undefined) found.push(details);
  }
  return found.sort((a, b) => a.pid - b.pid);
}

export function processRow(details: ProcessDetails): XrayProcess {
  return {
    Pid: details.pid,
    ParentPid: details.parentPid,
    ContainerPid: details.innerPid,
    User: details.user,
    State: details.state,
    Command: details.arguments.length > 0 ? details.arguments.join(' ') : `[${details.command}]`,
    Memory: details.residentBytes,
  };
}
