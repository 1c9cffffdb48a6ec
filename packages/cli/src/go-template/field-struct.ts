import { GoStruct, type GoValue } from './go-value.ts';

/** A struct made of the given fields. */
export class FieldStruct extends GoStruct {
  readonly typeName: string;
  readonly #fields: Readonly<Record<string, GoValue>>;

  constructor(typeName: string, fields: Readonly<Record<string, GoValue>>) {
    super();
    this.typeName = typeName;
    this.#fields = fields;
  }

  override member(name: string): { readonly value: GoValue } | undefined {
    return Object.hasOwn(this.#fields, name) ? { value: this.#fields[name] } : undefined;
  }

  override fields(): Iterable<readonly [string, GoValue]> {
    return Object.entries(this.#fields);
  }
}
