import { compareValues, equalValues } from './compare.ts';
import {
  type GoMap,
  type GoValue,
  isTrue,
  kindOf,
  mapEntry,
  numberOf,
  typeNameOf,
} from './go-value.ts';
import { printValue } from './print-value.ts';
import { sprintf } from './printf.ts';

/** A function of templates. It throws a plain FunctionError with Go's text for a bad operand. */
export interface TemplateFunction {
  readonly min: number;
  /** Absent: without limit. */
  readonly max?: number;
  /** The kinds that operands must be of; absent ones take anything. */
  readonly operands?: readonly ('string' | 'int' | 'slice' | undefined)[];
  readonly call: (operands: readonly GoValue[]) => GoValue;
}

export class FunctionError extends Error {}

/** A limit on the length of text that functions make. */
export const maxTextLength = 64 * 1024 * 1024;

const exactly = (count: number, call: TemplateFunction['call']): TemplateFunction => ({
  min: count,
  max: count,
  call,
});

/** The functions that every Go template has, without `and` and `or`, which the evaluator does. */
export const builtinFunctions: Readonly<Record<string, TemplateFunction>> = {
  not: exactly(1, ([value]) => !isTrue(value)),
  eq: { min: 1, call: ([first, ...others]) => equalToAny(first, others) },
  ne: exactly(2, ([a, b]) => !equalValues(a, b)),
  lt: exactly(2, ([a, b]) => compareValues(a, b) < 0),
  le: exactly(2, ([a, b]) => compareValues(a, b) <= 0),
  gt: exactly(2, ([a, b]) => compareValues(a, b) > 0),
  ge: exactly(2, ([a, b]) => compareValues(a, b) >= 0),
  len: exactly(1, ([value]) => length(value)),
  index: { min: 1, call: ([value, ...keys]) => keys.reduce<GoValue>(indexOne, value) },
  slice: { min: 1, call: ([value, ...bounds]) => slice(value, bounds) },
  print: { min: 0, call: (operands) => sprint(operands) },
  println: {
    min: 0,
    call: (operands) => `${operands.map((value) => printValue(value)).join(' ')}\n`,
  },
  printf: {
    min: 1,
    operands: ['string'],
    call: ([format, ...operands]) => sprintf(format as string, operands),
  },
  html: { min: 0, call: (operands) => escapeHtml(evaluated(operands)) },
  js: { min: 0, call: (operands) => escapeJs(evaluated(operands)) },
  urlquery: { min: 0, call: (operands) => escapeQuery(evaluated(operands)) },
  call: {
    min: 1,
    call: ([value]) => {
      if (kindOf(value) === 'invalid') throw new FunctionError('call of nil');
      throw new FunctionError(`non-function . of type ${typeNameOf(value)}`);
    },
  },
};

function equalToAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => equalValues(first, other));
}

function length(value: GoValue): number {
  const kind = kindOf(value);
  if (kind === 'string') return Buffer.byteLength(value as string);
  if (kind === 'slice') return (value as readonly GoValue[]).length;
  if (kind === 'map')
    return value instanceof Map ? value.size : Object.keys(value as object).length;
  if (kind === 'nil' && /^(\[\]|map)/.test(typeNameOf(value))) return 0;
  if (kind === 'invalid')
    throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
  throw new FunctionError(`len of type ${typeNameOf(value)}`);
}

function indexOne(value: GoValue, key: GoValue): GoValue {
  const kind = kindOf(value);
  if (kind === 'map') {
    if (kindOf(key) !== 'string') {
      throw new FunctionError(`value has type ${typeNameOf(key)}; should be string`);
    }
    return mapEntry(value as GoMap, key as string)?.value;
  }
  if (kind === 'invalid') throw new FunctionError('index of untyped nil');
  if (kind === 'nil' && typeNameOf(value).startsWith('map')) return undefined;
  if (kind !== 'slice' && kind !== 'string') {
    throw new FunctionError(`can't index item of type ${typeNameOf(value)}`);
  }
  const items = kind === 'string' ? Buffer.from(value as string) : (value as readonly GoValue[]);
  return items[position(key, items.length - 1)];
}

function position(key: GoValue, last: number): number {
  if (kindOf(key) === 'invalid') throw new FunctionError('cannot index slice/array with nil');
  if (kindOf(key) !== 'int') {
    throw new FunctionError(`cannot index slice/array with type ${typeNameOf(key)}`);
  }
  const at = numberOf(key);
  if (at < 0 || at > last) throw new FunctionError(`index out of range: ${at}`);
  return at;
}

function slice(value: GoValue, bounds: readonly GoValue[]): GoValue {
  const kind = kindOf(value);
  if (kind === 'invalid') throw new FunctionError('slice of untyped nil');
  if (bounds.length > 3) throw new FunctionError(`too many slice indexes: ${bounds.length}`);
  if (kind === 'string' && bounds.length === 3) {
    throw new FunctionError('cannot 3-index slice a string');
  }
  if (kind !== 'string' && kind !== 'slice') {
    throw new FunctionError(`can't slice item of type ${typeNameOf(value)}`);
  }
  const items = kind === 'string' ? Buffer.from(value as string) : (value as readonly GoValue[]);
  const [start = 0, end = items.length] = bounds.map((bound) => position(bound, items.length));
  if (start > end) throw new FunctionError(`invalid slice index: ${start} > ${end}`);
  const part = items.slice(start, end);
  return Buffer.isBuffer(part) ? part.toString('utf8') : (part as readonly GoValue[]);
}

/** Spaces go between operands when neither of the two is a string. */
function sprint(operands: readonly GoValue[]): string {
  return operands
    .map((value, i) => {
      const before = operands[i - 1];
      const space = i > 0 && kindOf(value) !== 'string' && kindOf(before) !== 'string';
      return `${space ? ' ' : ''}${printValue(value)}`;
    })
    .join('');
}

function evaluated(operands: readonly GoValue[]): string {
  return operands.length === 1 && kindOf(operands[0]) === 'invalid'
    ? '<no value>'
    : sprint(operands);
}

function escapeHtml(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\0': '\uFFFD',
    '"': '&#34;',
    "'": '&#39;',
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
  };
  return text.replace(/[\0"'&<>]/g, (character) => escapes[character] ?? character);
}

function escapeJs(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    "'": "\\'",
    '"': '\\"',
    '<': '\\u003C',
    '>': '\\u003E',
    '&': '\\u0026',
    '=': '\\u003D',
  };
  return text.replace(/[\\'"<>&=\x00-\x1f]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return escapes[character] ?? `\\u${code}`;
  });
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
