import type { ContainerRecord } from './container-record.ts';

const firstDelay = 100;
const longestDelay = 60_000;
/** A container that ran this long (seconds) begins again with the first delay. */
const steadySeconds = 10;

export interface ExitFacts {
  readonly exitCode: number;
  /** Seconds that it ran. */
  readonly duration: number;
}

/** Milliseconds to wait before the next start; undefined when the policy lets the container rest. */
export function decideRestart(record: ContainerRecord, exit: ExitFacts): number | undefined {
  const { Name: policy = 'no', MaximumRetryCount: limit = 0 } =
    record.hostConfig.RestartPolicy ?? {};
  const { manuallyStopped, restartCount, restartDelay } = record.facts;
  if (manuallyStopped) return undefined;
  const wanted =
    policy === 'always' ||
    policy === 'unless-stopped' ||
    (policy === 'on-failure' && exit.exitCode !== 0 && (limit === 0 || restartCount < limit));
  if (!wanted) return undefined;
  if (exit.duration >= steadySeconds || restartDelay === undefined) return firstDelay;
  return Math.min(restartDelay * 2, longestDelay);
}

/** Whether a daemon that starts brings the container up again (it was not stopped by hand). */
export function startsWithDaemon(record: ContainerRecord): boolean {
  const { Name: policy, MaximumRetryCount: limit = 0 } = record.hostConfig.RestartPolicy ?? {};
  const { manuallyStopped, exitCode, restartCount } = record.facts;
  if (policy === 'always') return true;
  if (policy === 'unless-stopped') return !manuallyStopped;
  if (policy !== 'on-failure' || manuallyStopped) return false;
  return exitCode !== 0 && (limit === 0 || restartCount < limit);
}
