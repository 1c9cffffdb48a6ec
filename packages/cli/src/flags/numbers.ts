import { ValueError } from '../usage-error.ts';

const int64Max = 2n ** 63n - 1n;

/** A signed 64-bit integer in decimal; the error texts are those of Go's strconv. */
export function parseInt64(text: string, bits = 64): number {
  const limit = bits === 64 ? int64Max : 2n ** BigInt(bits - 1) - 1n;
  if (!/^[+-]?\d+$/.test(text)) throw syntax('ParseInt', text);
  const value = BigInt(text.replace(/^\+/, ''));
  if (value > limit || value < -limit - 1n) throw range('ParseInt', text);
  return Number(value);
}

/** An integer as pflag reads it: decimal, or with a 0x, 0o, 0b or 0 prefix. */
export function parseFlagInteger(text: string): number {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (match === null) throw syntax('ParseInt', text);
  const value = magnitude(match[2] ?? '');
  const signed = match[1] === '-' ? -value : value;
  if (signed > int64Max || signed < -int64Max - 1n) throw range('ParseInt', text);
  return Number(signed);
}

/** An unsigned integer of so many bits, as pflag reads it. */
export function parseFlagUnsigned(text: string, bits: number): number {
  const match = /^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (match === null) throw syntax('ParseUint', text);
  const value = magnitude(text);
  if (value >= 2n ** BigInt(bits)) throw range('ParseUint', text);
  return Number(value);
}

/** An unsigned decimal integer of so many bits. */
export function parseUnsigned(text: string, bits = 64): number {
  if (!/^\d+$/.test(text)) throw syntax('ParseUint', text);
  if (BigInt(text) >= 2n ** BigInt(bits)) throw range('ParseUint', text);
  return Number(BigInt(text));
}

/** `1 t T TRUE true True` and their opposites, as Go's strconv.ParseBool. */
export function parseBoolean(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw syntax('ParseBool', text);
}

function magnitude(text: string): bigint {
  return BigInt(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text);
}

function syntax(operation: string, text: string): ValueError {
  return new ValueError(`strconv.${operation}: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function range(operation: string, text: string): ValueError {
  return new ValueError(
    `strconv.${operation}: parsing ${JSON.stringify(text)}: value out of range`,
  );
}
