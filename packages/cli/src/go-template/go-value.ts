/**
 * Values that templates work on. Integers are numbers or bigints; a number with a fraction, or one
 * written as a float, is a GoFloat when its kind matters. Objects and Maps are Go maps with string keys.
 */
export type GoValue =
  | undefined
  | null
  | boolean
  | string
  | number
  | bigint
  | GoFloat
  | GoNil
  | GoStruct
  | readonly GoValue[]
  | GoMap;

export type GoMap = ReadonlyMap<string, GoValue> | { readonly [key: string]: GoValue };

/** A float64 whatever its value (`1.0` is not an integer). */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A nil pointer, slice or map of a known type. It prints as `<nil>`, unlike a value that is absent. */
export class GoNil {
  readonly typeName: string;

  constructor(typeName: string) {
    this.typeName = typeName;
  }
}

/** A function that a template calls with arguments: `{{.Label "name"}}`. */
export interface GoMethod {
  readonly parameters: number;
  readonly call: (...args: GoValue[]) => GoValue;
}

/** A struct or an object with methods: a fixed set of names, unlike a map. */
export abstract class GoStruct {
  /** The type as error texts show it. */
  abstract readonly typeName: string;
  /** The field or method, or undefined when there is none of that name. */
  abstract member(name: string): { readonly value: GoValue } | GoMethod | undefined;
  /** Field names and values in order, for printing and JSON. */
  abstract fields(): Iterable<readonly [string, GoValue]>;
  /** True when it is reached through a pointer, which printing shows as `&{…}`. */
  readonly isPointer: boolean = false;

  /** Names and values as JSON has them. */
  jsonFields(): Iterable<readonly [string, GoValue]> {
    return this.fields();
  }

  /** The text of a type that prints itself. */
  printed(): string | undefined {
    return undefined;
  }

  /** The JSON of a type that is no JSON object. */
  get jsonText(): string | undefined {
    return undefined;
  }
}

export type GoKind =
  | 'invalid'
  | 'bool'
  | 'string'
  | 'int'
  | 'float'
  | 'nil'
  | 'slice'
  | 'map'
  | 'struct';

export function kindOf(value: GoValue): GoKind {
  if (value === undefined || value === null) return 'invalid';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (value instanceof GoFloat) return 'float';
  if (value instanceof GoNil) return 'nil';
  if (value instanceof GoStruct) return 'struct';
  return Array.isArray(value) ? 'slice' : 'map';
}

/** The type's name as Go prints it. */
export function typeNameOf(value: GoValue): string {
  if (value instanceof GoStruct || value instanceof GoNil) return value.typeName;
  const names = {
    invalid: 'interface {}',
    bool: 'bool',
    string: 'string',
    int: 'int',
    float: 'float64',
    nil: 'nil',
    slice: '[]interface {}',
    map: 'map[string]interface {}',
    struct: 'struct',
  } as const;
  return names[kindOf(value)];
}

export function numberOf(value: GoValue): number {
  if (value instanceof GoFloat) return value.value;
  return Number(value as number | bigint);
}

/** The entry of a map, or undefined; inherited properties are no entries. */
export function mapEntry(map: GoMap, key: string): { readonly value: GoValue } | undefined {
  if (map instanceof Map) return map.has(key) ? { value: map.get(key) } : undefined;
  const object = map as { readonly [key: string]: GoValue };
  return Object.hasOwn(object, key) ? { value: object[key] } : undefined;
}

/** The entries in the order that Go prints and ranges: sorted by key, by bytes. */
export function sortedEntries(map: GoMap): (readonly [string, GoValue])[] {
  const entries = map instanceof Map ? [...map] : Object.entries(map as object);
  return entries.sort(([a], [b]) => compareBytes(a, b)) as (readonly [string, GoValue])[];
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** Whether a condition holds: everything but zero, empty, nil and absent values. */
export function isTrue(value: GoValue): boolean {
  const kind = kindOf(value);
  if (kind === 'invalid' || kind === 'nil') return false;
  if (kind === 'bool') return value === true;
  if (kind === 'int' || kind === 'float') return numberOf(value) !== 0;
  if (kind === 'string') return value !== '';
  if (kind === 'slice') return (value as readonly GoValue[]).length > 0;
  return kind === 'struct' || sortedEntries(value as GoMap).length > 0;
}
