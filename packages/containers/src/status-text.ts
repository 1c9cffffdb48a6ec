import type { ContainerStateName } from './container-state.ts';
import type { HealthStatus } from './health/health-state.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration the way `ps` words it: "5 seconds", "About a minute", "3 hours", "2 weeks" … */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < minute) return `${whole} seconds`;
  const minutes = Math.floor(whole / minute);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(whole / hour + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(whole / day / 365)} years`;
}

function healthText(health: HealthStatus | undefined): string {
  if (health === undefined) return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}

export interface StatusFacts {
  readonly state: ContainerStateName;
  readonly exitCode: number;
  /** Present when the health is checked. */
  readonly health?: HealthStatus | undefined;
  /** Seconds since it started, or since it finished for a stopped one. */
  readonly sinceStart: number;
  readonly sinceFinish: number;
}

/** The STATUS column of `ps`. */
export function statusText(facts: StatusFacts): string {
  const ago = `${humanDuration(facts.sinceFinish)} ago`;
  switch (facts.state) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${humanDuration(facts.sinceStart)}${healthText(facts.health)}`;
    case 'paused':
      return `Up ${humanDuration(facts.sinceStart)} (Paused)`;
    case 'restarting':
      return `Restarting (${facts.exitCode}) ${ago}`;
    case 'exited':
      return `Exited (${facts.exitCode}) ${ago}`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
  }
}
