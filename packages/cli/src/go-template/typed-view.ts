import { goShapes } from './generated/go-shapes.ts';
import { type GoMap, GoNil, GoStruct, type GoValue, mapEntry } from './go-value.ts';

/** The Go type of each kind of object. */
const rootTypes = {
  container: 'container.InspectResponse',
  image: 'image.InspectResponse',
  network: 'network.Inspect',
  volume: 'volume.Volume',
  info: 'system.Info',
  version: 'types.Version',
} as const;

export type TypedKind = keyof typeof rootTypes;

/**
 * JSON seen as the Go type that Docker's client decodes it into: templates find fields by their Go
 * names, absent ones have their zero value, and nil pointers print as `<nil>`.
 */
export function typedView(kind: TypedKind, json: GoValue): GoValue {
  return typedValue(rootTypes[kind], json);
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly key: string;
  readonly omitEmpty: boolean;
  readonly embedded: boolean;
}

function fieldsOf(type: string): readonly Field[] {
  return (goShapes[type] ?? []).map((text) => {
    const [marked = '', fieldType = 'any', key = ''] = text.split(' ');
    const name = marked.replace('?', '');
    return {
      name,
      type: fieldType,
      key: key === '' || key === '+' ? name : key,
      omitEmpty: marked.endsWith('?'),
      embedded: key === '+',
    };
  });
}

function typedValue(type: string, json: GoValue): GoValue {
  const absent = json === undefined || json === null;
  if (type.startsWith('*')) return absent ? new GoNil(type) : pointerTo(type.slice(1), json);
  if (type.startsWith('[]')) {
    if (!Array.isArray(json)) return new GoNil(type);
    return json.map((item) => typedValue(type.slice(2), item));
  }
  if (type.startsWith('map[string]')) {
    if (absent) return new GoNil(type);
    const item = type.slice('map[string]'.length);
    return new Map(
      Object.entries(json as object).map(([key, value]) => [key, typedValue(item, value)]),
    );
  }
  if (type === 'string') return absent ? '' : json;
  if (type === 'int' || type === 'float') return absent ? 0 : json;
  if (type === 'bool') return absent ? false : json;
  if (type === 'time') return new GoTime(absent ? '0001-01-01T00:00:00Z' : String(json));
  return goShapes[type] === undefined ? json : new TypedStruct(type, absent ? {} : json, false);
}

function pointerTo(type: string, json: GoValue): GoValue {
  return goShapes[type] === undefined ? typedValue(type, json) : new TypedStruct(type, json, true);
}

class TypedStruct extends GoStruct {
  readonly typeName: string;
  override readonly isPointer: boolean;
  readonly #type: string;
  readonly #json: GoMap;

  constructor(type: string, json: GoValue, isPointer: boolean) {
    super();
    this.typeName = isPointer ? `*${type}` : type;
    this.isPointer = isPointer;
    this.#type = type;
    this.#json = typeof json === 'object' && !Array.isArray(json) ? (json as GoMap) : {};
  }

  override member(name: string): { readonly value: GoValue } | undefined {
    for (const field of fieldsOf(this.#type)) {
      if (field.name === name) return { value: this.#value(field) };
    }
    for (const field of fieldsOf(this.#type)) {
      if (!field.embedded) continue;
      const found = this.#embedded(field).member(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  override *fields(): Iterable<readonly [string, GoValue]> {
    for (const field of fieldsOf(this.#type)) yield [field.name, this.#value(field)];
  }

  override *jsonFields(): Iterable<readonly [string, GoValue]> {
    for (const field of fieldsOf(this.#type)) {
      if (field.embedded) yield* this.#embedded(field).jsonFields();
      else if (!field.omitEmpty || this.#isSet(field)) yield [field.key, this.#value(field)];
    }
  }

  #isSet(field: Field): boolean {
    const value = mapEntry(this.#json, field.key)?.value;
    if (value === undefined || value === null || value === '' || value === 0 || value === false) {
      return value !== undefined && value !== null && field.type.startsWith('*');
    }
    if (Array.isArray(value)) return value.length > 0;
    if (field.type.startsWith('map[')) return Object.keys(value).length > 0;
    return true;
  }

  #value(field: Field): GoValue {
    if (field.embedded) return this.#embedded(field);
    return typedValue(field.type, mapEntry(this.#json, field.key)?.value);
  }

  /** Embedded types share the JSON object of the type that embeds them. */
  #embedded(field: Field): TypedStruct {
    return new TypedStruct(field.type.replace(/^\*/, ''), this.#json, field.type.startsWith('*'));
  }
}

/** A time.Time: it prints as Go does and is its RFC 3339 text in JSON. */
class GoTime extends GoStruct {
  override readonly typeName = 'time.Time';
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override member(name: string): undefined | { readonly value: GoValue } {
    return name === 'String' ? { value: this.printed() } : undefined;
  }

  override fields(): Iterable<readonly [string, GoValue]> {
    return [];
  }

  override printed(): string {
    return goTimestamp(this.#text);
  }

  override get jsonText(): string {
    return JSON.stringify(this.#text);
  }
}

/** An RFC 3339 time as Go prints a time.Time. */
export function goTimestamp(text: string): string {
  const pattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|([+-]\d{2}):(\d{2}))$/;
  const match = pattern.exec(text);
  if (match === null) return text;
  const [, date, time, fraction = '', zone, hours, minutes] = match;
  const digits = fraction.replace(/\.?0+$/, '');
  const offset = zone === 'Z' ? '+0000 UTC' : `${hours}${minutes} ${hours}${minutes}`;
  return `${date} ${time}${digits} ${offset}`;
}

/** What `info` shows: the daemon's fields, with the client's under ClientInfo. */
export function infoView(json: GoValue, client: Readonly<Record<string, GoValue>>): GoStruct {
  return new InfoStruct(json, client);
}

class InfoStruct extends TypedStruct {
  override readonly typeName = 'system.dockerInfo';
  readonly #client: Readonly<Record<string, GoValue>>;

  constructor(json: GoValue, client: Readonly<Record<string, GoValue>>) {
    super(rootTypes.info, json, false);
    this.#client = client;
  }

  override member(name: string): { readonly value: GoValue } | undefined {
    return name === 'ClientInfo' ? { value: this.#client } : super.member(name);
  }

  override *jsonFields(): Iterable<readonly [string, GoValue]> {
    yield* super.jsonFields();
    yield ['ClientInfo', this.#client];
  }
}
