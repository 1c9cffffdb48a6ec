import type { HealthPlan } from './health-plan.ts';

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

/** One probe that was made. Times are RFC 3339 with nanoseconds. */
export interface HealthResult {
  readonly Start: string;
  readonly End: string;
  /** 0 is healthy; -1 when the probe could not be made, or took too long. */
  readonly ExitCode: number;
  readonly Output: string;
}

/** What is known of a container's health: State.Health of `inspect`. */
export interface HealthFacts {
  readonly Status: HealthStatus;
  readonly FailingStreak: number;
  /** Oldest first. */
  readonly Log: readonly HealthResult[];
}

/** Results that are kept. */
const logLimit = 5;
/** Bytes of a probe's output that are kept. */
export const outputLimit = 4096;

/** At the start of a container; what was found out in earlier runs stays readable. */
export function startedHealth(before: HealthFacts | undefined): HealthFacts {
  return { Status: 'starting', FailingStreak: 0, Log: before?.Log ?? [] };
}

/** A container that does not run, or is paused, counts as unhealthy, as in Docker. */
export function stoppedHealth(before: HealthFacts): HealthFacts {
  return { ...before, Status: 'unhealthy' };
}

/**
 * The health after one more probe. Within the start period failures do not count, until the first success.
 * `age` is how long the container had run when the probe began, in milliseconds.
 */
export function nextHealth(
  before: HealthFacts,
  result: HealthResult,
  plan: Pick<HealthPlan, 'retries' | 'startPeriod'>,
  age: number,
): HealthFacts {
  const Log = [...before.Log, result].slice(-logLimit);
  if (result.ExitCode === 0) return { Status: 'healthy', FailingStreak: 0, Log };
  if (before.Status === 'starting' && age < plan.startPeriod) return { ...before, Log };
  const FailingStreak = before.FailingStreak + 1;
  const Status = FailingStreak >= plan.retries ? 'unhealthy' : before.Status;
  return { Status, FailingStreak, Log };
}

/** Milliseconds until the next probe. */
export function nextProbeDelay(
  { Status }: Pick<HealthFacts, 'Status'>,
  plan: Pick<HealthPlan, 'interval' | 'startInterval' | 'startPeriod'>,
  age: number,
): number {
  return Status === 'starting' && age < plan.startPeriod ? plan.startInterval : plan.interval;
}

/** Milliseconds to wait before the next action on an unhealthy container, after `count` that did not help. */
export function actionDelay(count: number): number {
  return count === 0 ? 0 : Math.min(1000 * 2 ** (count - 1), 60_000);
}
