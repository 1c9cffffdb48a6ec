import { engineError } from '@berth/errors';

/** Fails as Docker does for a log option: the text alone. */
export function invalidLogOption(reason: string): Error {
  return engineError('containers.invalid-config', { reason });
}

/** Bytes, as `10m`. */
export function parseLogSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text);
  if (match === null) throw invalidLogOption(`invalid size: '${text}'`);
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] ?? '').toLowerCase());
  return Math.floor(Number(match[1]) * 1024 ** power);
}

/** Bytes of one file, more than none. `-1` takes the limit away: undefined. */
export function parseLogLimit(text: string): number | undefined {
  if (text === '-1') return undefined;
  const size = parseLogSize(text);
  if (size <= 0) throw invalidLogOption('max-size must be a positive number');
  return size;
}

/** A number of files. */
export function parseLogCount(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw invalidLogOption(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const count = Number(text);
  if (count < 1) throw invalidLogOption('max-file cannot be less than 1');
  return count;
}

/** A switch, as Go's strconv.ParseBool reads it. */
export function parseLogSwitch(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw invalidLogOption(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}
