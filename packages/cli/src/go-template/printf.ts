import { GoFloat, GoStruct, type GoValue, kindOf, numberOf, typeNameOf } from './go-value.ts';
import { printValue } from './print-value.ts';
import { quoted } from './quote.ts';

interface Verb {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

const maxWidth = 10_000;

/** Formats as Go's fmt.Sprintf, with its texts for missing, extra and unfitting operands. */
export function sprintf(format: string, operands: readonly GoValue[]): string {
  const pattern = /%([+\-# 0]*)(\*|\d+)?(?:\.(\*|\d*))?(?:\[(\d+)\])?(.?)|([^%]+)/gsu;
  let next = 0;
  let reordered = false;
  let out = '';
  const take = (): number => {
    const operand = operands[next++];
    return kindOf(operand) === 'int' ? Math.min(numberOf(operand), maxWidth) : 0;
  };
  for (const [, flags = '', width, precision, index, letter = '', text] of format.matchAll(
    pattern,
  )) {
    if (text !== undefined) {
      out += text;
      continue;
    }
    const verb = {
      flags,
      width:
        width === undefined
          ? undefined
          : width === '*'
            ? take()
            : Math.min(Number(width), maxWidth),
      precision:
        precision === undefined
          ? undefined
          : precision === '*'
            ? take()
            : Math.min(Number(precision), maxWidth),
      letter,
    };
    if (index !== undefined) {
      next = Number(index) - 1;
      reordered = true;
    }
    if (letter === '') out += '%!(NOVERB)';
    else if (letter === '%') out += '%';
    else if (next >= operands.length) out += `%!${letter}(MISSING)`;
    else out += formatOne(verb, operands[next++]);
  }
  if (reordered || next >= operands.length) return out;
  const extra = operands.slice(next).map((value) => `${typedText(value)}`);
  return `${out}%!(EXTRA ${extra.join(', ')})`;
}

function typedText(value: GoValue): string {
  return kindOf(value) === 'invalid' ? '<nil>' : `${typeNameOf(value)}=${printValue(value)}`;
}

function formatOne(verb: Verb, value: GoValue): string {
  if (verb.letter === 'T')
    return padded(verb, kindOf(value) === 'invalid' ? '<nil>' : typeNameOf(value));
  if (verb.letter === 'v') return formatPlain(verb, value);
  if (kindOf(value) === 'invalid') return `%!${verb.letter}(<nil>)`;
  if (kindOf(value) === 'slice') {
    return `[${(value as readonly GoValue[]).map((item) => formatOne(verb, item)).join(' ')}]`;
  }
  return formatTyped(verb, value) ?? `%!${verb.letter}(${typedText(value)})`;
}

function formatPlain(verb: Verb, value: GoValue): string {
  const kind = kindOf(value);
  if (verb.flags.includes('#')) return padded(verb, goSyntax(value));
  if (kind === 'int') return formatInteger({ ...verb, letter: 'd' }, value);
  if (kind === 'float') return formatFloatVerb({ ...verb, letter: 'g' }, value);
  const text = printValue(value, verb.flags.includes('+'));
  return padded(verb, kind === 'string' ? truncated(verb, text) : text);
}

function formatTyped(verb: Verb, value: GoValue): string | undefined {
  const kind = kindOf(value);
  if (kind === 'bool') return verb.letter === 't' ? padded(verb, String(value)) : undefined;
  if (kind === 'int' && 'dboOxXcqU'.includes(verb.letter)) return formatInteger(verb, value);
  if (kind === 'float' && 'eEfFgG'.includes(verb.letter)) return formatFloatVerb(verb, value);
  if (kind === 'string') return formatString(verb, value as string);
  if (value instanceof GoStruct && verb.letter === 's') return padded(verb, printValue(value));
  if (kind === 'map' && verb.letter === 's') return padded(verb, printValue(value));
  return undefined;
}

function formatString(verb: Verb, value: string): string | undefined {
  const text = truncated(verb, value);
  if (verb.letter === 's') return padded(verb, text);
  if (verb.letter === 'q') return padded(verb, quoted(text, verb.flags.includes('#')));
  if (verb.letter !== 'x' && verb.letter !== 'X') return undefined;
  const hex = Buffer.from(text, 'utf8').toString('hex');
  const prefix = verb.flags.includes('#') ? '0x' : '';
  const spaced = verb.flags.includes(' ') ? hex.replace(/(..)(?!$)/g, `$1 ${prefix}`) : hex;
  return padded(verb, verb.letter === 'X' ? (prefix + spaced).toUpperCase() : prefix + spaced);
}

function formatInteger(verb: Verb, value: GoValue): string {
  const number = BigInt(value as number | bigint);
  const size = number < 0n ? -number : number;
  if (verb.letter === 'c') return padded(verb, String.fromCodePoint(codePoint(number)));
  if (verb.letter === 'q') return padded(verb, `'${String.fromCodePoint(codePoint(number))}'`);
  if (verb.letter === 'U')
    return padded(verb, `U+${size.toString(16).toUpperCase().padStart(4, '0')}`);
  const bases: Readonly<Record<string, readonly [number, string]>> = {
    d: [10, ''],
    b: [2, '0b'],
    o: [8, '0'],
    O: [8, '0o'],
    x: [16, '0x'],
    X: [16, '0X'],
  };
  const [base, prefix] = bases[verb.letter] ?? [10, ''];
  const shown = verb.flags.includes('#') || verb.letter === 'O' ? prefix : '';
  let digits = size.toString(base);
  if (verb.letter === 'X') digits = digits.toUpperCase();
  if (verb.precision !== undefined) digits = digits.padStart(verb.precision, '0');
  return signedAndPadded(verb, number < 0n, shown + digits, verb.precision === undefined);
}

function codePoint(number: bigint): number {
  return number >= 0n && number <= 0x10ffffn ? Number(number) : 0xfffd;
}

function formatFloatVerb(verb: Verb, value: GoValue): string {
  const number = value instanceof GoFloat ? value.value : Number(value);
  const size = Math.abs(number);
  if (!Number.isFinite(number)) {
    return signedAndPadded(verb, number < 0, Number.isNaN(number) ? 'NaN' : 'Inf', false);
  }
  const text = floatText(verb, size);
  return signedAndPadded(verb, number < 0 || Object.is(number, -0), text, true);
}

function floatText(verb: Verb, size: number): string {
  const letter = verb.letter.toLowerCase();
  const upper = verb.letter === 'E' || verb.letter === 'G';
  let text: string;
  if (letter === 'f') text = size.toFixed(Math.min(verb.precision ?? 6, 100));
  else if (letter === 'e')
    text = withExponent(size.toExponential(Math.min(verb.precision ?? 6, 100)));
  else if (verb.precision === undefined) text = printValue(new GoFloat(size));
  else text = shortest(size, Math.min(Math.max(verb.precision, 1), 100));
  return upper ? text.toUpperCase() : text;
}

function shortest(size: number, precision: number): string {
  if (size === 0) return '0';
  const exponent = Number(size.toExponential(precision - 1).split('e')[1]);
  const text =
    exponent < -4 || exponent >= precision
      ? size.toExponential(precision - 1)
      : size.toFixed(Math.min(Math.max(precision - 1 - exponent, 0), 100));
  const [mantissa = '', power] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? short : withExponent(`${short}e${power}`);
}

function withExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function signedAndPadded(verb: Verb, negative: boolean, body: string, zeros: boolean): string {
  const sign = negative
    ? '-'
    : verb.flags.includes('+')
      ? '+'
      : verb.flags.includes(' ')
        ? ' '
        : '';
  const width = verb.width ?? 0;
  if (zeros && verb.flags.includes('0') && !verb.flags.includes('-')) {
    return sign + body.padStart(width - sign.length, '0');
  }
  return padded(verb, sign + body);
}

function padded(verb: Verb, text: string): string {
  const width = verb.width ?? 0;
  const missing = Math.abs(width) - [...text].length;
  if (missing <= 0) return text;
  const left = verb.flags.includes('-') || width < 0;
  const zeros = verb.flags.includes('0') && !left;
  return left ? text + ' '.repeat(missing) : (zeros ? '0' : ' ').repeat(missing) + text;
}

function truncated(verb: Verb, text: string): string {
  return verb.precision === undefined ? text : [...text].slice(0, verb.precision).join('');
}

/** `%#v` of the values that templates meet. */
function goSyntax(value: GoValue): string {
  const kind = kindOf(value);
  if (kind === 'string') return quoted(value as string, false);
  if (kind === 'invalid') return '<nil>';
  if (kind === 'slice') {
    return `[]interface {}{${(value as readonly GoValue[]).map(goSyntax).join(', ')}}`;
  }
  return printValue(value, true);
}
