import { ValueError } from '../usage-error.ts';

const suffixes = 'bkmgtp';

/**
 * Bytes from a human's size: `64m`, `1.5GiB`, `512 kb`, `100`. All units are powers of 1024. The error
 * texts are Docker's.
 */
export function parseSize(text: string): number {
  const separator = lastIndexOfAny(text, '01234567890. ');
  if (separator < 0) throw new ValueError(`invalid size: '${text}'`);
  const digits = text[separator] === ' ' ? text.slice(0, separator) : text.slice(0, separator + 1);
  const suffix = text.slice(separator + 1);
  const size = parseFloatStrictly(digits);
  if (size < 0) throw new ValueError(`invalid size: '${text}'`);
  if (suffix === '') return Math.trunc(size);
  if (suffix.length > 3) throw new ValueError(`invalid suffix: '${suffix}'`);
  const unit = suffix.toLowerCase();
  if (unit === 'b') return Math.trunc(size);
  const power = suffixes.indexOf(unit[0] ?? '?');
  if (power < 1 || !['', 'b', 'ib'].includes(unit.slice(1))) {
    throw new ValueError(`invalid suffix: '${suffix}'`);
  }
  return Math.trunc(size * 1024 ** power);
}

/** As parseSize; `-1` is allowed and means no limit. */
export function parseSwapSize(text: string): number {
  return text === '-1' ? -1 : parseSize(text);
}

/** CPUs as a decimal or a fraction, in billionths. */
export function parseCpus(text: string): number {
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
  if (fraction !== null && BigInt(fraction[2] ?? '0') !== 0n) {
    const nano = BigInt(fraction[1] ?? '0') * 1_000_000_000n;
    const divisor = BigInt(fraction[2] ?? '1');
    if (nano % divisor !== 0n) throw new ValueError('value is too precise');
    return Number(nano / divisor);
  }
  const match = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (match === null) throw new ValueError(`failed to parse ${text} as a rational number`);
  const places = (match[3] ?? '').length;
  const exponent = 9 + Number(match[4] ?? '0') - places;
  const digits = BigInt(`${match[2]}${match[3] ?? ''}`);
  const scaled = exponent >= 0 ? digits * 10n ** BigInt(exponent) : digits;
  const divisor = exponent >= 0 ? 1n : 10n ** BigInt(-exponent);
  if (scaled % divisor !== 0n) throw new ValueError('value is too precise');
  const value = Number(scaled / divisor);
  return match[1] === '-' && value !== 0 ? -value : value;
}

function lastIndexOfAny(text: string, characters: string): number {
  for (let i = text.length - 1; i >= 0; i--) if (characters.includes(text[i] ?? '')) return i;
  return -1;
}

function parseFloatStrictly(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
    throw new ValueError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
