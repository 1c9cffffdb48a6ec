import type { ContainerRecord } from './container-record.ts';
import { restartBackOffOf } from './restart-back-off.ts';

export interface ExitFacts {
  readonly exitCode: number;
  /** Milliseconds that it ran. */
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
  const { delay, maxDelay, steadyAfter } = restartBackOffOf(record.config);
  if (exit.duration >= steadyAfter || restartDelay === undefined) return delay;
  return Math.min(restartDelay * 2, maxDelay);
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
