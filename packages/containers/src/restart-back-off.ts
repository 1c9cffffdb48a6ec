import type { ContainerConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { parseGoDuration } from '@berth/images/changes/go-duration.ts';

/** How long the restart policy waits between an end and the next start. All in milliseconds. */
export interface RestartBackOff {
  /** Before the first start; doubled for each that follows. */
  readonly delay: number;
  readonly maxDelay: number;
  /** A run that lasted this long begins again with the first delay. */
  readonly steadyAfter: number;
}

/** Docker's. */
const defaults: RestartBackOff = { delay: 100, maxDelay: 60_000, steadyAfter: 10_000 };

/** Durations as Go writes them (`1m30s`). */
const labels: Readonly<Record<keyof RestartBackOff, string>> = {
  delay: 'berth.restart.delay',
  maxDelay: 'berth.restart.max-delay',
  steadyAfter: 'berth.restart.steady-after',
};

const least = 10;
const most = 24 * 3600 * 1000;

/** The back-off of a (checked) configuration. A longest delay below the first one is the first. */
export function restartBackOffOf(config: Pick<ContainerConfig, 'Labels'>): RestartBackOff {
  const of = (name: keyof RestartBackOff): number =>
    durationOf(labels[name], config.Labels?.[labels[name]]) ?? defaults[name];
  const delay = of('delay');
  return { delay, maxDelay: Math.max(delay, of('maxDelay')), steadyAfter: of('steadyAfter') };
}

/** Fails with containers.invalid-config when a label of ours cannot be understood. */
export function checkRestartLabels(config: Pick<ContainerConfig, 'Labels'>): void {
  restartBackOffOf(config);
}

function durationOf(label: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = (parseGoDuration(text) ?? Number.NaN) / 1e6;
  if (milliseconds >= least && milliseconds <= most) return milliseconds;
  const reason = `invalid label ${label}: "${text}" is no duration from 10ms to 24h (such as 500ms or 1m30s)`;
  throw engineError('containers.invalid-config', { reason });
}
