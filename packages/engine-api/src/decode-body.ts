import { engineError } from '@berth/errors';
import type { BodySchema, IntegerSchema } from './body-schema.ts';
import { type BodyTypes, bodySchemas } from './generated/body-schemas.ts';

type JsonObject = Record<string, unknown>;

const integerRanges: Readonly<Record<IntegerSchema, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  int64: [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
};

/**
 * Reads a parsed JSON value as the named body, by the rules of Go's decoder: field names match whatever
 * their case, unknown fields are dropped, `null` leaves a field absent, a value of the wrong type is
 * api.invalid-body naming the field. `null` as the whole body is an empty object.
 */
export function decodeBody<Name extends keyof BodyTypes>(
  name: Name,
  value: unknown,
): BodyTypes[Name] {
  const schema = bodySchemas[name];
  if (schema === undefined) throw new TypeError(`no body schema ${name}`);
  return (decode(schema, value, []) ?? {}) as BodyTypes[Name];
}

/** Where a value stands: names and places in lists. One list for all, as a body may have tens of thousands of values. */
type Path = (string | number)[];

function decode(schema: BodySchema, value: unknown, path: Path): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof schema === 'string') return decodeScalar(schema, value, path);
  if ('ref' in schema) return decode(referenced(schema.ref), value, path);
  if ('array' in schema) {
    if (!Array.isArray(value)) throw wrongType(path, value, 'array');
    return value.map((item, index) => {
      path.push(index);
      const decoded = decode(schema.array, item, path);
      path.pop();
      return decoded === undefined ? zeroValue(schema.array) : decoded;
    });
  }
  if ('map' in schema) return decodeMap(schema.map, asObject(value, path), path);
  return decodeObject(fieldsOf(schema), asObject(value, path), path);
}

function decodeScalar(schema: Extract<BodySchema, string>, value: unknown, path: Path): unknown {
  switch (schema) {
    case 'any':
      return value;
    case 'string':
    case 'boolean':
      if (typeof value !== schema) throw wrongType(path, value, schema);
      return value;
    case 'strings':
      return typeof value === 'string' ? [value] : decode({ array: 'string' }, value, path);
    case 'float64':
      if (typeof value !== 'number') throw wrongType(path, value, schema);
      return value;
    default:
      return decodeInteger(schema, value, path);
  }
}

function decodeInteger(schema: IntegerSchema, value: unknown, path: Path): number {
  if (typeof value !== 'number') throw wrongType(path, value, schema);
  const [lowest, highest] = integerRanges[schema];
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw engineError('api.invalid-body', {
      field: textOf(path),
      found: `number ${value}`,
      type: schema,
    });
  }
  return value;
}

/** `null` values of a map stay: `PortBindings` and `Volumes` give them a meaning. */
function decodeMap(schema: BodySchema, value: JsonObject, path: Path): JsonObject {
  const decoded: JsonObject = {};
  for (const key of Object.keys(value)) {
    path.push(key);
    const read = decode(schema, value[key], path);
    path.pop();
    setOwn(decoded, key, read ?? (schema === 'string' ? '' : null));
  }
  return decoded;
}

function decodeObject(
  fields: ReadonlyMap<string, Field>,
  value: JsonObject,
  path: Path,
): JsonObject {
  const decoded: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = fields.get(key) ?? fields.get(key.toLowerCase());
    if (field === undefined) continue;
    if (field.name !== key && Object.hasOwn(value, field.name)) continue;
    path.push(field.name);
    const read = decode(field.schema, value[key], path);
    path.pop();
    if (read !== undefined) setOwn(decoded, field.name, read);
  }
  return decoded;
}

interface Field {
  readonly name: string;
  readonly schema: BodySchema;
}

const fieldsBySchema = new WeakMap<object, ReadonlyMap<string, Field>>();

/** The fields of an object schema by name and by lower-case name; those of `all` are taken together. */
function fieldsOf(schema: Exclude<BodySchema, string>): ReadonlyMap<string, Field> {
  const known = fieldsBySchema.get(schema);
  if (known !== undefined) return known;
  const fields = new Map<string, Field>();
  if ('object' in schema) {
    for (const [name, field] of Object.entries(schema.object)) {
      const known = { name, schema: field };
      fields.set(name.toLowerCase(), known).set(name, known);
    }
  } else if ('all' in schema) {
    for (const part of schema.all) {
      for (const [key, field] of fieldsOf(resolve(part))) fields.set(key, field);
    }
  }
  fieldsBySchema.set(schema, fields);
  return fields;
}

function resolve(schema: BodySchema): Exclude<BodySchema, string> {
  if (typeof schema === 'string') throw new TypeError(`schema ${schema} has no fields`);
  return 'ref' in schema ? resolve(referenced(schema.ref)) : schema;
}

function referenced(name: string): BodySchema {
  const schema = bodySchemas[name];
  if (schema === undefined) throw new TypeError(`no body schema ${name}`);
  return schema;
}

function zeroValue(schema: BodySchema): unknown {
  if (schema === 'string') return '';
  if (schema === 'boolean') return false;
  if (typeof schema === 'string') return schema === 'any' || schema === 'strings' ? null : 0;
  if ('ref' in schema) return zeroValue(referenced(schema.ref));
  return 'object' in schema || 'all' in schema ? {} : null;
}

function asObject(value: unknown, path: Path): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(path, value, 'object');
  }
  return value as JsonObject;
}

/** Plain assignment of the key `__proto__` would change the prototype instead. */
function setOwn(target: JsonObject, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}

function wrongType(path: Path, value: unknown, type: string) {
  const found = Array.isArray(value) ? 'array' : typeof value;
  return engineError('api.invalid-body', { field: textOf(path) || '(body)', found, type });
}

/** `Env[2]`, `HostConfig.Memory`. */
function textOf(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.startsWith('.') ? text.slice(1) : text;
}
