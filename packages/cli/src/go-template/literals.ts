import { GoFloat } from './go-value.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The text of a quoted or raw string literal, or undefined when an escape is wrong. */
export function unquote(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  return body.includes('\\') ? unescaped(body, '"') : body;
}

function unescaped(body: string, quote: string): string | undefined {
  const pattern =
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))|([^\\]+)/gsu;
  const bytes: Buffer[] = [];
  for (const match of body.matchAll(pattern)) {
    const [, hex, short, long, octal, simple, plain] = match;
    if (plain !== undefined) bytes.push(Buffer.from(plain, 'utf8'));
    else if (hex !== undefined) bytes.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (octal !== undefined) {
      const value = Number.parseInt(octal, 8);
      if (value > 255) return undefined;
      bytes.push(Buffer.from([value]));
    } else if (short !== undefined || long !== undefined) {
      const point = Number.parseInt(short ?? long ?? '', 16);
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
      bytes.push(Buffer.from(String.fromCodePoint(point), 'utf8'));
    } else {
      const other = quote === '"' ? "'" : '"';
      const text = simple === other ? undefined : simpleEscapes[simple ?? ''];
      if (text === undefined) return undefined;
      bytes.push(Buffer.from(text, 'utf8'));
    }
  }
  return Buffer.concat(bytes).toString('utf8');
}

/** The code point of a character constant. */
export function charConstant(literal: string): number | undefined {
  const body = literal.slice(1, -1);
  const text = body.includes('\\') ? unescaped(body, "'") : body;
  if (text === undefined || [...text].length !== 1) return undefined;
  return text.codePointAt(0);
}

/** An integer, or a float when written with a point or exponent. */
export function numberConstant(literal: string): number | bigint | GoFloat | undefined {
  const sign = literal.startsWith('-') ? -1n : 1n;
  const body = literal.replace(/^[+-]/, '').replace(/(?<=[\da-fA-FxXoObB])_(?=[\da-fA-F])/g, '');
  if (body.includes('_')) return undefined;
  const prefixed = /^0[xX]|^0[oO]|^0[bB]/.test(body);
  if (!prefixed && /[.eE]/.test(body)) {
    const value = Number(body) * Number(sign);
    return Number.isFinite(value) ? new GoFloat(value) : undefined;
  }
  const octal = /^0\d+$/.test(body);
  if (octal && /[89]/.test(body)) return undefined;
  const value = sign * BigInt(octal ? `0o${body.slice(1)}` : body);
  if (value > 2n ** 64n - 1n || value < -(2n ** 63n)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
