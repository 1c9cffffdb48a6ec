import type { Firewall } from '@berth/kernel';
import { elementCommands } from './element-commands.ts';
import { type FirewallElements, type FirewallState, isEmpty } from './firewall-state.ts';
import {
  needsNeighbourTable,
  neighbourTable,
  removalCommands,
  rulesetCommands,
  userChain,
} from './ruleset.ts';

const tableName = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/**
 * Our nftables tables: `inet NAME`, and `bridge NAME` where neighbours are kept apart. Every change is one
 * transaction. A change that finds the table not as expected (somebody flushed it) writes it anew.
 */
export class FirewallTable {
  readonly #firewall: Firewall;
  readonly #name: string;
  readonly #state: () => FirewallState;

  /** `state` gives what the tables should hold now, from the database. */
  constructor(firewall: Firewall, name: string, state: () => FirewallState) {
    if (!tableName.test(name)) throw new Error(`not a name for a firewall table: ${name}`);
    this.#firewall = firewall;
    this.#name = name;
    this.#state = state;
  }

  get name(): string {
    return this.#name;
  }

  /**
   * Makes the tables agree with the state. Idempotent; rules of the administrator's chain are kept.
   * `userRules` are put into that chain in the same transaction.
   */
  async restore(userRules: readonly string[] = []): Promise<void> {
    const state = this.#state();
    const additions = userRules.map((rule) => `add rule inet ${this.#name} ${userChain} ${rule}\n`);
    await this.#firewall.apply(rulesetCommands(this.#name, state) + additions.join(''));
    if (!needsNeighbourTable(state)) {
      // A kernel without the bridge family has no such table to remove.
      await this.#firewall.apply(removalCommands(this.#name, 'bridge')).catch(() => undefined);
    }
  }

  /** Elements that are to be there from now on; the state names them already. */
  add(elements: FirewallElements): Promise<void> {
    const neighbours = needsNeighbourTable(elements) ? neighbourTable(this.#name).join('') : '';
    return this.#change(neighbours, 'add', elements);
  }

  /** Elements that are to be gone; the state does not name them any more. */
  remove(elements: FirewallElements): Promise<void> {
    return this.#change('', 'delete', elements);
  }

  /** Elements that are to be gone and others that are to be there, at once; the state names the latter. */
  replace(removed: FirewallElements, added: FirewallElements): Promise<void> {
    if (isEmpty(removed) && isEmpty(added)) return Promise.resolve();
    return this.#apply(
      (needsNeighbourTable(added) ? neighbourTable(this.#name).join('') : '') +
        elementCommands(this.#name, 'delete', removed) +
        elementCommands(this.#name, 'add', added),
    );
  }

  /** Removes both tables with everything in them. */
  async destroy(): Promise<void> {
    for (const family of ['inet', 'bridge'] as const) {
      await this.#firewall.apply(removalCommands(this.#name, family)).catch(() => undefined);
    }
  }

  #change(before: string, action: 'add' | 'delete', elements: FirewallElements): Promise<void> {
    if (isEmpty(elements)) return Promise.resolve();
    return this.#apply(before + elementCommands(this.#name, action, elements));
  }

  async #apply(commands: string): Promise<void> {
    try {
      await this.#firewall.apply(commands);
    } catch {
      await this.restore();
    }
  }
}
