import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { publishContainerEvent } from '../container-events.ts';
import type { LiveContainer } from '../live-container.ts';
import { runAge } from '../run-age.ts';
import { formatTimestamp } from '../timestamp.ts';
import { type HealthPlan, healthPlanOf } from './health-plan.ts';
import { makeProbe } from './health-probe.ts';
import {
  actionDelay,
  type HealthFacts,
  nextHealth,
  nextProbeDelay,
  startedHealth,
  stoppedHealth,
} from './health-state.ts';

/** Probes one container while it runs. What it finds is kept in memory; changes of the status are recorded. */
export class HealthMonitor {
  #facts: HealthFacts;
  readonly #context: ContainerContext;
  readonly #entry: ContainerEntry;
  readonly #live: LiveContainer;
  readonly #plan: HealthPlan;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    context: ContainerContext,
    entry: ContainerEntry,
    live: LiveContainer,
    plan: HealthPlan,
    facts: HealthFacts,
  ) {
    this.#context = context;
    this.#entry = entry;
    this.#live = live;
    this.#plan = plan;
    this.#facts = facts;
    this.#schedule();
  }

  get facts(): HealthFacts {
    return this.#facts;
  }

  /** No more probes; one that is under way is ended and does not count. Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** Asked of the system only while the start period may matter. */
  #age(): number {
    if (this.#facts.Status !== 'starting' || this.#plan.startPeriod === 0) return Infinity;
    const { clock, kernel } = this.#context;
    return runAge(this.#entry.facts, clock.nowNano(), kernel.host);
  }

  #schedule(): void {
    const delay = nextProbeDelay(this.#facts, this.#plan, this.#age());
    this.#timer = setTimeout(() => void this.#probe(), delay);
    this.#timer.unref();
  }

  async #probe(): Promise<void> {
    const { clock, reportError } = this.#context;
    const age = this.#age();
    const Start = formatTimestamp(clock.nowNano());
    const { signal } = this.#stop;
    const { exitCode: ExitCode, output: Output } = await makeProbe(this.#context, {
      entry: this.#entry,
      live: this.#live,
      plan: this.#plan,
      signal,
    });
    this.#context.faultPoint('health.probed');
    if (signal.aborted || this.#entry.live !== this.#live) return;
    const result = { Start, End: formatTimestamp(clock.nowNano()), ExitCode, Output };
    const before = this.#facts;
    this.#facts = nextHealth(before, result, this.#plan, age);
    try {
      if (this.#facts.Status !== before.Status) this.#changed();
    } catch (error) {
      reportError(error, `recording the health of container ${this.#entry.id}`);
    }
    if (!signal.aborted) this.#schedule();
  }

  #changed(): void {
    const { store, followUps } = this.#context;
    const entry = this.#entry;
    const { Status } = this.#facts;
    store.updateFacts(entry, { health: this.#facts });
    this.#context.faultPoint('health.recorded');
    publishContainerEvent(this.#context, entry.record, `health_status: ${Status}`);
    if (Status === 'healthy') entry.unhealthyActions = 0;
    if (Status !== 'unhealthy' || this.#plan.action === 'none') return;
    const delay = actionDelay(entry.unhealthyActions++);
    const act = setTimeout(() => {
      const still = !this.#stop.signal.aborted && this.#facts.Status === 'unhealthy';
      if (still) followUps.unhealthy(entry, this.#live, this.#plan.action);
    }, delay);
    act.unref();
  }
}

/** What a start records of the health: nothing when it is not checked. */
export function healthAtStart(entry: ContainerEntry): HealthFacts | undefined {
  const checked = healthPlanOf(entry.record.config) !== undefined;
  return checked ? startedHealth(entry.facts.health) : undefined;
}

/** Begins, or goes on, to look after a running container; the status is as it was recorded. */
export function watchHealth(
  context: ContainerContext,
  entry: ContainerEntry,
  live: LiveContainer,
): void {
  entry.health?.stop();
  entry.health = undefined;
  const plan = healthPlanOf(entry.record.config);
  const facts = entry.facts.health;
  if (plan === undefined || facts === undefined) return;
  entry.health = new HealthMonitor(context, entry, live, plan, facts);
}

/** Stops probing; what to record then: undefined when the health was not checked. */
export function endHealth(entry: ContainerEntry): HealthFacts | undefined {
  const facts = entry.health?.facts ?? entry.facts.health;
  entry.health?.stop();
  entry.health = undefined;
  return facts === undefined ? undefined : stoppedHealth(facts);
}

/** The health as `inspect` and `ps` show it; undefined when it is not checked. */
export function healthOf(entry: ContainerEntry): HealthFacts | undefined {
  return entry.health?.facts ?? entry.facts.health;
}
