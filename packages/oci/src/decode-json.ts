/** Raised by the decoders below this folder; the caller knows what the text was and where it came from. */
export class DecodeError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'DecodeError';
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Bounds that no honest document reaches; they keep hostile ones cheap. */
const listLimit = 10_000;
const textLimit = 1 << 20;

/** The JSON object in `data`. Duplicate keys take the last value, as JSON.parse does. */
export function decodeObject(data: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (error) {
    throw new DecodeError(`not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  return asObject(value, 'the document');
}

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeError(`${what} must be an object`);
  }
  return value as JsonObject;
}

export function asText(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new DecodeError(`${what} must be a string`);
  if (value.length > textLimit) throw new DecodeError(`${what} is too long`);
  return value;
}

/** Go marshals absent values as null or leaves them out: both mean undefined. */
export function optional<T>(
  value: unknown,
  what: string,
  decode: (value: unknown, what: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : decode(value, what);
}

export function asList<T>(
  value: unknown,
  what: string,
  decode: (value: unknown, what: string) => T,
): T[] {
  if (!Array.isArray(value)) throw new DecodeError(`${what} must be a list`);
  if (value.length > listLimit) throw new DecodeError(`${what} has more than ${listLimit} entries`);
  return value.map((item, index) => decode(item, `${what}[${index}]`));
}

export function asTexts(value: unknown, what: string): string[] {
  return asList(value, what, asText);
}

export function asMap<T>(
  value: unknown,
  what: string,
  decode: (value: unknown, what: string) => T,
): Record<string, T> {
  const entries = Object.entries(asObject(value, what));
  if (entries.length > listLimit)
    throw new DecodeError(`${what} has more than ${listLimit} entries`);
  // fromEntries defines properties: a key named __proto__ stays a key.
  return Object.fromEntries(
    entries.map(([key, item]) => [key, decode(item, `${what}.${key.slice(0, 100)}`)]),
  );
}

export function asTextMap(value: unknown, what: string): Record<string, string> {
  return asMap(value, what, asText);
}

/** A map that is used as a set: `{"80/tcp": {}}`. */
export function asKeySet(value: unknown, what: string): Record<string, object> {
  return asMap(value, what, (item, name) => (item === null ? {} : asObject(item, name)));
}

export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new DecodeError(`${what} must be true or false`);
  return value;
}

export function asInteger(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new DecodeError(`${what} must be a whole number`);
  }
  return value;
}

/** The entries that are not undefined. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
