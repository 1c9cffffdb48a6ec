import type { ContainerTopResponse } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import { publishContainerEvent } from './container-events.ts';
import { verdictOf } from './container-state.ts';

/** The container's processes as the host's ps(1) shows them. */
export async function topOfContainer(
  context: ContainerContext,
  name: string,
  psArguments: string | undefined,
): Promise<ContainerTopResponse> {
  const entry = context.store.find(name);
  const verdict = verdictOf('top', entry.state);
  const live = entry.live;
  if (verdict !== 'proceed' || live === undefined) {
    const code = verdict === 'proceed' ? 'containers.not-running' : verdict;
    throw engineError(code as 'containers.not-running', { id: entry.id });
  }
  const given = (psArguments || '-ef').split(' ').filter((word) => word !== '');
  requireSafeArguments(given);
  const pids = new Set(context.kernel.cgroups.processes(live.cgroup));
  const { code, stdout, stderr } = await context.kernel.processes.run('ps', given);
  if (code !== 0) {
    const [reason = 'failed'] = stderr.trim().split('\n');
    throw engineError('containers.ps-failed', { reason });
  }
  publishContainerEvent(context, entry.record, 'top');
  return parseProcessTable(stdout, pids);
}

/** `-o` must print the PID column under its own name: lines are told apart by it. */
function requireSafeArguments(words: readonly string[]): void {
  for (const word of words) {
    if (/=PID/i.test(word)) {
      throw engineError('containers.invalid-ps-arguments', {
        reason: `specifying "${word}" is not allowed`,
      });
    }
  }
}

/** Rows of a ps table whose PID is one of `pids`; words beyond the last column belong to it. */
export function parseProcessTable(
  output: string,
  pids: ReadonlySet<number>,
): { readonly Titles: readonly string[]; readonly Processes: readonly (readonly string[])[] } {
  const [heading = '', ...lines] = output.split('\n').filter((line) => line.trim() !== '');
  const titles = heading.trim().split(/\s+/);
  const pidColumn = titles.indexOf('PID');
  if (pidColumn < 0) {
    throw engineError('containers.invalid-ps-arguments', {
      reason: "Couldn't find PID field in ps output",
    });
  }
  const rows = lines.flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const pid = Number(words[pidColumn]);
    if (!pids.has(pid)) return [];
    const own = words.slice(0, titles.length - 1);
    return [[...own, words.slice(titles.length - 1).join(' ')]];
  });
  return { Titles: titles, Processes: rows };
}
