import type { FlagDefinition } from './flag-definition.ts';
import { type FilterValues, type FlagValue, flagTypes } from './flag-types.ts';

/**
 * The flags of one invocation, with the defaults of those that were not given. Asking for a flag the
 * command does not have, or as the wrong type, is a bug and throws.
 */
export class ParsedFlags {
  readonly #definitions: ReadonlyMap<string, FlagDefinition>;
  readonly #values = new Map<string, FlagValue>();

  constructor(definitions: readonly FlagDefinition[]) {
    this.#definitions = new Map(definitions.map((flag) => [flag.name, flag]));
  }

  /** Takes one more value for a flag. Throws ValueError. */
  set(flag: FlagDefinition, text: string): void {
    const target = flag.aliasOf === undefined ? flag : this.#definition(flag.aliasOf);
    const checked = target.check === undefined ? text : target.check(text);
    const rules = flagTypes[target.type];
    const previous = this.#values.get(target.name) ?? rules.initial();
    this.#values.set(target.name, rules.next(previous, checked));
  }

  /** True when the flag stood on the command line, whatever its value. */
  has(name: string): boolean {
    this.#definition(name);
    return this.#values.has(name);
  }

  /** The flags that stood on the command line, by name; of a flag that sets another, that other. */
  given(): FlagDefinition[] {
    const names = [...this.#values.keys()].sort();
    return names.map((name) => this.#definition(name));
  }

  /** The value of a flag of any type, its default where it was not given; undefined when the command has none of that name. */
  value(name: string): FlagValue | undefined {
    return this.#definitions.has(name) ? this.#typed(name, () => true) : undefined;
  }

  boolean(name: string): boolean {
    return this.#typed(name, (value) => typeof value === 'boolean') as boolean;
  }

  string(name: string): string {
    return this.#typed(name, (value) => typeof value === 'string') as string;
  }

  number(name: string): number {
    return this.#typed(name, (value) => typeof value === 'number') as number;
  }

  list(name: string): readonly string[] {
    return this.#typed(name, Array.isArray) as readonly string[];
  }

  map(name: string): Readonly<Record<string, string>> {
    return this.#typed(name, isPlain) as Readonly<Record<string, string>>;
  }

  filter(name: string): FilterValues {
    return this.#typed(name, isPlain) as FilterValues;
  }

  #definition(name: string): FlagDefinition {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw new Error(`the command has no flag ${name}`);
    return definition;
  }

  #typed(name: string, fits: (value: FlagValue) => boolean): FlagValue {
    const definition = this.#definition(name);
    const rules = flagTypes[definition.type];
    const given = this.#values.get(name);
    const value =
      given ??
      (definition.default === undefined
        ? rules.initial()
        : rules.next(rules.initial(), definition.default));
    if (!fits(value)) throw new Error(`flag ${name} is of type ${definition.type}`);
    return value;
  }
}

function isPlain(value: FlagValue): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}
