import { FunctionError, maxTextLength, type TemplateFunction } from './functions.ts';
import { goJson } from './go-json.ts';
import type { GoValue } from './go-value.ts';

const text = (value: GoValue): string => value as string;

/** The functions that Docker adds to Go's. */
export const dockerFunctions: Readonly<Record<string, TemplateFunction>> = {
  json: { min: 1, max: 1, call: ([value]) => goJson(value) },
  split: {
    min: 2,
    max: 2,
    operands: ['string', 'string'],
    call: ([value, separator]) => text(value).split(text(separator)),
  },
  join: {
    min: 2,
    max: 2,
    operands: ['slice', 'string'],
    call: ([values, separator]) => (values as readonly string[]).join(text(separator)),
  },
  title: { min: 1, max: 1, operands: ['string'], call: ([value]) => titleCase(text(value)) },
  lower: { min: 1, max: 1, operands: ['string'], call: ([value]) => text(value).toLowerCase() },
  upper: { min: 1, max: 1, operands: ['string'], call: ([value]) => text(value).toUpperCase() },
  pad: {
    min: 3,
    max: 3,
    operands: ['string', 'int', 'int'],
    call: ([value, before, after]) => padded(text(value), Number(before), Number(after)),
  },
  truncate: {
    min: 2,
    max: 2,
    operands: ['string', 'int'],
    call: ([value, length]) => truncated(text(value), Number(length)),
  },
};

/** The same functions for the header row of a table: they leave the column's name alone. */
export const headerFunctions: Readonly<Record<string, TemplateFunction>> = {
  ...dockerFunctions,
  ...Object.fromEntries(
    ['json', 'split', 'join', 'title', 'lower', 'upper', 'truncate'].map((name) => [
      name,
      { min: dockerFunctions[name]?.min ?? 1, call: ([value]: readonly GoValue[]) => value },
    ]),
  ),
};

function titleCase(value: string): string {
  return value.replace(/(?<![\p{L}\p{Nd}_])\p{L}/gu, (letter) => letter.toUpperCase());
}

function padded(value: string, before: number, after: number): string {
  if (value === '') return value;
  if (before < 0 || after < 0) throw new FunctionError('strings: negative Repeat count');
  if (before + after > maxTextLength)
    throw new FunctionError('strings: Repeat output length overflow');
  return ' '.repeat(before) + value + ' '.repeat(after);
}

function truncated(value: string, length: number): string {
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length < length) return value;
  if (length < 0) {
    throw new FunctionError(`runtime error: slice bounds out of range [:${length}]`);
  }
  return bytes.subarray(0, length).toString('utf8');
}
