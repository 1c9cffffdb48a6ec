import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import type { LiveContainer } from '../live-container.ts';
import { probeByExec } from './exec-probe.ts';
import type { HealthPlan } from './health-plan.ts';
import { probeByNetwork } from './network-probe.ts';

/** What a probe answered. `exitCode` as in HealthResult. */
export interface ProbeAnswer {
  readonly exitCode: number;
  readonly output: string;
}

export interface ProbeRequest {
  readonly entry: ContainerEntry;
  readonly live: LiveContainer;
  readonly plan: HealthPlan;
  /** Ends the probe; its answer does not matter then. */
  readonly signal: AbortSignal;
}

/** Makes one probe within its time. Never rejects. */
export async function makeProbe(
  context: ContainerContext,
  request: ProbeRequest,
): Promise<ProbeAnswer> {
  try {
    if (request.plan.probe.kind === 'exec') {
      return await probeByExec(context, request, request.plan.probe.command);
    }
    return await probeByNetwork(context, request, request.plan.probe);
  } catch (error) {
    return { exitCode: -1, output: error instanceof Error ? error.message : String(error) };
  }
}

/** Docker's words for a probe that took too long. */
export function timedOut(timeout: number, output: string): ProbeAnswer {
  const text = `Health check exceeded timeout (${goDuration(timeout)})`;
  return { exitCode: -1, output: output === '' ? text : `${text}: ${output}` };
}

/** A duration in milliseconds as Go prints it: `1m30s`, `1.5s`, `200ms`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const seconds = milliseconds / 1000;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60] as const;
  const rest = `${Number((seconds % 60).toFixed(9))}s`;
  if (parts[0] > 0) return `${parts[0]}h${parts[1]}m${rest}`;
  return parts[1] > 0 ? `${parts[1]}m${rest}` : rest;
}
