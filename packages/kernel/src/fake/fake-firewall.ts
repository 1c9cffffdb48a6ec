import type { Firewall } from '../firewall.ts';
import { type CallLog, recorded } from './call-log.ts';

/** What `list` answers; by default an empty rule set. */
export type FirewallAnswer = (command: string, namespace: string | undefined) => unknown;

/** Transactions in the order applied, by namespace; nothing is interpreted. */
export class FakeFirewall implements Firewall {
  /** Applied in this namespace. */
  readonly applied: string[] = [];
  readonly checked: string[] = [];
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
}
