import { engineError } from '@berth/errors';
import { parseSize, parseSwitch } from '@berth/logs/remote/option-values.ts';

/** Fails as Docker does for a log option: the text alone. */
export function invalidLogOption(reason: string): Error {
  return engineError('containers.invalid-config', { reason });
}

/** Bytes, as `10m`. */
export function parseLogSize(text: string): number {
  return asLogOption(() => parseSize(text));
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
  return asLogOption(() => parseSwitch(text));
}

function asLogOption<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw invalidLogOption((cause as Error).message);
  }
}
