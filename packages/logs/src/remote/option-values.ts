/** Nanoseconds of each unit of a Go duration. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Milliseconds of a Go duration (`1m30s`, `1.5s`); throws an Error with Go's text. */
export function parseDuration(text: string): number {
  const shown = JSON.stringify(text);
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') throw new Error(`time: invalid duration ${shown}`);
  let nanoseconds = 0;
  while (rest !== '') {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (match === null) throw new Error(`time: invalid duration ${shown}`);
    const [whole, number, unit = ''] = match;
    if (unit === '') throw new Error(`time: missing unit in duration ${shown}`);
    const scale = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (scale === undefined) {
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${shown}`);
    }
    nanoseconds += Number(number) * scale;
    rest = rest.slice(whole.length);
  }
  return (text.startsWith('-') ? -nanoseconds : nanoseconds) / 1e6;
}

/** A switch, as Go's strconv.ParseBool reads it; throws an Error with its text. */
export function parseSwitch(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** A number without a sign, as Go's strconv.ParseUint reads it; throws an Error with its text. */
export function parseUnsigned(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** `10m`, in units of 1024; throws an Error with Docker's text. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text);
  if (match === null) throw new Error(`invalid size: '${text}'`);
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] ?? '').toLowerCase());
  return Math.floor(Number(match[1]) * 1024 ** power);
}
