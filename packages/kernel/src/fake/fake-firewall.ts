import type { Firewall, FirewallChange } from '../firewall.ts';
import { type CallLog, recorded } from './call-log.ts';

/** What `list` answers; by default an empty rule set. */
export type FirewallAnswer = (command: string, namespace: string | undefined) => unknown;

/** Transactions in the order applied, by namespace; nothing is interpreted. */
export class FakeFirewall implements Firewall {
  /** Applied in this namespace. */
  readonly applied: string[] = [];
  readonly checked: string[] = [];
  /** How often others have changed it. */
  foreign = 0;
  /** What `print` answers, by command; nothing for others. */
  readonly printed = new Map<string, string>();
  readonly #listeners = new Set<(changes: readonly FirewallChange[]) => void>();
  readonly #inside = new Map<string, FakeFirewall>();
  readonly #log: CallLog;
  readonly #answer: FirewallAnswer;
  readonly #namespace: string | undefined;

  constructor(log: CallLog, answer: FirewallAnswer, namespace?: string) {
    this.#log = log;
    this.#answer = answer;
    this.#namespace = namespace;
  }

  /** The firewall of a namespace, unrecorded: for assertions. */
  of(path: string): FakeFirewall {
    const known = this.#inside.get(path) ?? new FakeFirewall(this.#log, this.#answer, path);
    this.#inside.set(path, known);
    return known;
  }

  inNamespace(path: string): Firewall {
    return recorded<Firewall>(this.#log, 'firewall', this.of(path), path);
  }

  async apply(commands: string): Promise<void> {
    this.applied.push(commands);
  }

  async check(commands: string): Promise<void> {
    this.checked.push(commands);
  }

  async list(command: string): Promise<unknown> {
    return this.#answer(command, this.#namespace);
  }

  async print(command: string): Promise<string> {
    return this.printed.get(command) ?? '';
  }

  watch(listener: (changes: readonly FirewallChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  foreignChanges(): number {
    return this.foreign;
  }

  /** Tells those who watch of changes. */
  emit(...changes: readonly FirewallChange[]): void {
    for (const listener of this.#listeners) listener(changes);
  }
}
