import type { ErrorCode } from '@berth/errors';

/**
 * The states of a container, as clients see them:
 *
 * ```
 *            start                 pause
 *  created ─────────▶ running ◀───────────▶ paused
 *     │                │  ▲ ▲     unpause      │
 *     │           exit │  │ └───┐              │ exit
 *     │                ▼  │start│ start        ▼
 *     │              exited     restarting ◀── (exit with a restart policy)
 *     │ remove         │ remove   │ stop → exited
 *     ▼                ▼          ▼
 *  removing ◀──────────┴──────────┘ ──▶ (gone), or dead when the removal failed
 * ```
 *
 * A state is never stored: it follows from the persisted facts (see `stateOf`).
 */
export const containerStates = [
  'created',
  'running',
  'paused',
  'restarting',
  'exited',
  'removing',
  'dead',
] as const;

export type ContainerStateName = (typeof containerStates)[number];

/** Facts that decide the state. Times are RFC 3339 with nanoseconds. */
export interface StateFacts {
  readonly startedAt?: string;
  /** Process id of the container's first process while it runs. */
  readonly pid?: number;
  readonly paused?: boolean;
  /** An exit was seen and the restart policy will start it again. */
  readonly restarting?: boolean;
  readonly removal?: 'in-progress' | 'failed';
}

/** The one place that turns facts into a state. */
export function stateOf(facts: StateFacts): ContainerStateName {
  if (facts.removal === 'in-progress') return 'removing';
  if (facts.removal === 'failed') return 'dead';
  if (facts.pid !== undefined) return facts.paused === true ? 'paused' : 'running';
  if (facts.restarting === true) return 'restarting';
  return facts.startedAt === undefined ? 'created' : 'exited';
}

export const containerOperations = [
  'start',
  'stop',
  'restart',
  'kill',
  'pause',
  'unpause',
  'exec',
  'attach',
  'top',
  'resize',
  'rename',
  'remove',
  'force-remove',
] as const;

export type ContainerOperation = (typeof containerOperations)[number];

/** `proceed`, `nothing` when the goal is reached already, or the code of the refusal. */
export type Verdict = 'proceed' | 'nothing' | ErrorCode;

type Row = Readonly<Record<ContainerStateName, Verdict>>;

function row(
  verdicts: readonly [
    created: Verdict,
    running: Verdict,
    paused: Verdict,
    restarting: Verdict,
    exited: Verdict,
    removing: Verdict,
    dead: Verdict,
  ],
): Row {
  const [created, running, paused, restarting, exited, removing, dead] = verdicts;
  return { created, running, paused, restarting, exited, removing, dead };
}

const notRunning = 'containers.not-running';
const inProgress = 'containers.removal-in-progress';

/** What each operation does in each state. Columns: created running paused restarting exited removing dead. */
// biome-ignore format: one row per operation
const verdicts: Readonly<Record<ContainerOperation, Row>> = {
  start: row(['proceed', 'nothing', 'containers.start-paused', 'proceed', 'proceed', 'containers.start-removing', 'containers.start-removing']),
  stop: row(['nothing', 'proceed', 'proceed', 'proceed', 'nothing', 'nothing', 'nothing']),
  restart: row(['proceed', 'proceed', 'proceed', 'proceed', 'proceed', 'containers.start-removing', 'containers.start-removing']),
  kill: row(['containers.kill-not-running', 'proceed', 'proceed', 'proceed', 'containers.kill-not-running', 'containers.kill-not-running', 'containers.kill-not-running']),
  pause: row([notRunning, 'proceed', 'containers.already-paused', 'containers.restarting', notRunning, notRunning, notRunning]),
  unpause: row(['containers.not-paused', 'containers.not-paused', 'proceed', 'containers.not-paused', 'containers.not-paused', 'containers.not-paused', 'containers.not-paused']),
  exec: row([notRunning, 'proceed', 'containers.exec-paused', 'containers.restarting', notRunning, notRunning, notRunning]),
  attach: row(['proceed', 'proceed', 'containers.attach-paused', 'containers.restarting', 'proceed', 'containers.dead', 'containers.dead']),
  top: row([notRunning, 'proceed', 'proceed', 'containers.restarting', notRunning, notRunning, notRunning]),
  resize: row([notRunning, 'proceed', 'proceed', notRunning, notRunning, notRunning, notRunning]),
  rename: row(['proceed', 'proceed', 'proceed', 'proceed', 'proceed', 'containers.dead', 'containers.dead']),
  remove: row(['proceed', 'containers.remove-running', 'containers.remove-paused', 'containers.remove-restarting', 'proceed', inProgress, 'proceed']),
  'force-remove': row(['proceed', 'proceed', 'proceed', 'proceed', 'proceed', inProgress, 'proceed']),
};

/** What `operation` may do with a container that is in `state`. */
export function verdictOf(operation: ContainerOperation, state: ContainerStateName): Verdict {
  return verdicts[operation][state];
}
