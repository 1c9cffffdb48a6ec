import type { Firewall, FirewallChange } from '@berth/kernel';
import type { FirewallTable } from './firewall-table.ts';
import { userChain } from './ruleset.ts';
import { readUserRules } from './user-rules.ts';

export interface FirewallGuardOptions {
  readonly firewall: Firewall;
  readonly table: FirewallTable;
  /** Chains of other tables have changed; told once after a flood of changes. */
  readonly onForeignChange: () => void;
  readonly reportError: (error: unknown, what: string) => void;
}

/** How long changes are gathered before they are acted upon. */
const settleMilliseconds = 20;
/** Between repairs, when somebody undoes them again and again; doubled up to the longest. */
const longestDelay = 800;
/** A time without damage after which the next is repaired at once again. */
const calmMilliseconds = 5000;
const foreignMilliseconds = 1000;
const pollMilliseconds = 500;

/**
 * Watches over our tables: when somebody else removes anything of them (a flush, a reload, a single element), they
 * are written anew, with the administrator's rules as they last were. Nothing is polled where the kernel tells of
 * changes, and those of other tables cost nothing but a look at their names. Someone who removes our rules over and over is
 * answered at most once a second.
 */
export class FirewallGuard {
  readonly #options: FirewallGuardOptions;
  #stop: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #foreignTimer: NodeJS.Timeout | undefined;
  #damaged = false;
  #userRules: readonly string[] = [];
  #userRulesTouched = false;
  /** The table went as a whole, and the administrator's chain with it. */
  #tableGone = false;
  #delay = settleMilliseconds;
  #lastRepair = 0;

  constructor(options: FirewallGuardOptions) {
    this.#options = options;
  }

  /** Begins to watch; the tables must be right. Idempotent. */
  async start(): Promise<void> {
    const { firewall, table, reportError } = this.#options;
    if (this.#stop !== undefined) return;
    try {
      this.#stop = firewall.watch((changes) => this.#look(changes));
    } catch (error) {
      reportError(error, 'watching the firewall; it is looked at twice a second instead');
      this.#stop = this.#poll();
    }
    this.#userRules = (await readUserRules(firewall, table.name)) ?? [];
  }

  /** Where the kernel tells of no changes: any change of others may be damage. */
  #poll(): () => void {
    const { firewall, onForeignChange, reportError } = this.#options;
    let known = firewall.foreignChanges();
    const timer = setInterval(() => {
      try {
        const now = firewall.foreignChanges();
        if (now === undefined || now === known) return;
        known = now;
        onForeignChange();
        this.#damaged = true;
        this.#schedule();
      } catch (error) {
        clearInterval(timer);
        reportError(
          error,
          'looking at the firewall; its rules are written anew at the next start only',
        );
      }
    }, pollMilliseconds).unref();
    return () => clearInterval(timer);
  }

  /** Idempotent. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#foreignTimer);
    this.#timer = undefined;
    this.#foreignTimer = undefined;
  }

  #look(changes: readonly FirewallChange[]): void {
    for (const change of changes) {
      if (change.kind === 'lost') this.#damaged = true;
      else if (!this.#isOurs(change)) this.#noteForeign(change);
      else if (!change.own) this.#note(change);
    }
    if (this.#damaged || this.#userRulesTouched) this.#schedule();
  }

  #isOurs({ table, family }: FirewallChange): boolean {
    return table === this.#options.table.name && (family === 'inet' || family === 'bridge');
  }

  #note({ kind, object, chain }: FirewallChange): void {
    if (object === 'rule' && chain === userChain) this.#userRulesTouched = true;
    else if (kind === 'removed') this.#damaged = true;
    if (kind === 'removed' && object === 'table') this.#tableGone = true;
  }

  #noteForeign({ object }: FirewallChange): void {
    if (object !== 'chain') return;
    this.#foreignTimer ??= setTimeout(() => {
      this.#foreignTimer = undefined;
      this.#options.onForeignChange();
    }, foreignMilliseconds).unref();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const now = performance.now();
    if (now - this.#lastRepair > calmMilliseconds) this.#delay = settleMilliseconds;
    this.#timer = setTimeout(() => void this.#act(), this.#delay).unref();
  }

  /** `#timer` stays set until this is over, so that nothing overlaps. */
  async #act(): Promise<void> {
    const damaged = this.#damaged;
    this.#damaged = false;
    this.#userRulesTouched = false;
    try {
      if (damaged) await this.#repair();
      else await this.#rememberUserRules();
    } catch (error) {
      this.#options.reportError(error, 'restoring the firewall rules');
    }
    this.#timer = undefined;
    if (this.#stop !== undefined && (this.#damaged || this.#userRulesTouched)) this.#schedule();
  }

  async #rememberUserRules(): Promise<void> {
    const { firewall, table } = this.#options;
    this.#userRules = (await readUserRules(firewall, table.name)) ?? this.#userRules;
  }

  /** A chain that is there holds what the administrator wants; one that is gone is made as it was. */
  async #repair(): Promise<void> {
    const { firewall, table, reportError } = this.#options;
    const wasGone = this.#tableGone;
    this.#tableGone = false;
    const present = await readUserRules(firewall, table.name);
    const isLost = present === undefined || (wasGone && present.length === 0);
    if (!isLost) this.#userRules = present;
    const missing = isLost ? this.#userRules : [];
    try {
      await table.restore(missing);
    } catch (error) {
      if (missing.length === 0) throw error;
      reportError(error, `restoring the rules of the chain ${userChain}`);
      await table.restore();
    }
    this.#lastRepair = performance.now();
    this.#delay = Math.min(longestDelay, this.#delay * 2);
  }
}
