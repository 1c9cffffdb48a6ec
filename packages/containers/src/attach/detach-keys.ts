import { engineError } from '@berth/errors';

export const defaultDetachKeys: readonly number[] = [16, 17];

const controlKeys = new Map<string, number>([
  ...[...'abcdefghijklmnopqrstuvwxyz'].map((letter, index): [string, number] => [
    `ctrl-${letter}`,
    index + 1,
  ]),
  ['ctrl-@', 0],
  ['ctrl-[', 27],
  ['ctrl-\\', 28],
  ['ctrl-]', 29],
  ['ctrl-^', 30],
  ['ctrl-_', 31],
  ['del', 127],
]);

/**
 * The bytes of a detach sequence in Docker's notation: comma-separated single characters or `ctrl-X`.
 * Absent or empty means ctrl-p,ctrl-q. Fails with containers.invalid-detach-keys.
 */
export function parseDetachKeys(text: string | undefined): readonly number[] {
  if (text === undefined || text === '') return defaultDetachKeys;
  return text.split(',').map((key) => {
    const code = controlKeys.get(key.toLowerCase());
    if (code !== undefined && key.length > 1) return code;
    if (key.length === 1 && key.charCodeAt(0) < 128) return key.charCodeAt(0);
    throw engineError('containers.invalid-detach-keys', {
      keys: text,
      reason: `Unknown character: '${key}'`,
    });
  });
}
