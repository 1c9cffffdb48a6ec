import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { restartPolicy } from '../container-options/container-spec.ts';
import { CommandError, ValueError } from '../usage-error.ts';
import { forEachArgument } from './for-each-argument.ts';

const numbers = {
  'blkio-weight': 'BlkioWeight',
  'cpu-period': 'CpuPeriod',
  'cpu-quota': 'CpuQuota',
  'cpu-rt-period': 'CpuRealtimePeriod',
  'cpu-rt-runtime': 'CpuRealtimeRuntime',
  'cpu-shares': 'CpuShares',
  cpus: 'NanoCpus',
  'kernel-memory': 'KernelMemory',
  memory: 'Memory',
  'memory-reservation': 'MemoryReservation',
  'memory-swap': 'MemorySwap',
  'pids-limit': 'PidsLimit',
} as const;

const texts = { 'cpuset-cpus': 'CpusetCpus', 'cpuset-mems': 'CpusetMems' } as const;

/** `berth update`: sends only what was asked for. */
export async function updateContainers(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const change: Record<string, unknown> = {};
  for (const [flag, field] of Object.entries(numbers)) {
    if (flags.has(flag)) change[field] = flags.number(flag);
  }
  for (const [flag, field] of Object.entries(texts)) {
    if (flags.has(flag)) change[field] = flags.string(flag);
  }
  if (flags.has('restart')) change.RestartPolicy = restart(flags.string('restart'));
  if (Object.keys(change).length === 0) {
    throw new CommandError('you must provide one or more flags when using this command');
  }
  const warnings: string[] = [];
  try {
    return await forEachArgument(context, args, async (name) => {
      const answer = await context.engine.containers.update(name, change);
      warnings.push(...(answer.Warnings ?? []));
    });
  } finally {
    if (warnings.length > 0) context.terminal.print(warnings.join('\n'));
  }
}

function restart(text: string): object {
  try {
    return restartPolicy(text);
  } catch (error) {
    if (error instanceof ValueError) throw new CommandError(error.message);
    throw error;
  }
}
