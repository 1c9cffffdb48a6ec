import { readFileSync } from 'node:fs';
import { cut } from '../flags/flag-types.ts';
import { goErrorText } from '../format/go-error-text.ts';
import { ValueError } from '../usage-error.ts';

/** The value of a variable that is only named, or undefined to leave it out. */
export type LookUp = (name: string) => string | undefined;

/**
 * Reads the lines of `--env-file` and `--label-file`: `NAME=value`, comments with `#`, and names alone,
 * which are looked up.
 */
export function readKeyValueFile(path: string, lookUp: LookUp): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ValueError(goErrorText(error, 'open', path));
  }
  try {
    return parseKeyValueLines(bytes, lookUp);
  } catch (error) {
    throw new ValueError(`invalid env file (${path}): ${(error as Error).message}`);
  }
}

/** The pairs in the text of such a file. Throws ValueError. */
export function parseKeyValueLines(bytes: Buffer, lookUp: LookUp): string[] {
  const pairs: string[] = [];
  const lines = bytes.toString('latin1').split('\n');
  lines.forEach((raw, i) => {
    const line = decodeLine(Buffer.from(raw.replace(/\r$/, ''), 'latin1'), i + 1).trimStart();
    if (line === '' || line.startsWith('#')) return;
    const [name, value] = cut(line, '=');
    if (name === '') throw new ValueError(`no variable name on line '${line}'`);
    if (/[ \t]/.test(name)) throw new ValueError(`variable '${name}' contains whitespaces`);
    const found = value ?? lookUp(name);
    if (found !== undefined) pairs.push(`${name}=${found}`);
  });
  return pairs;
}

function decodeLine(bytes: Buffer, number: number): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return number === 1 ? text.replace(/^\uFEFF/, '') : text;
  } catch {
    throw new ValueError(`invalid utf8 bytes at line ${number}: [${[...bytes].join(' ')}]`);
  }
}

/** The pairs as a map, the last of a name winning; a missing value is empty. */
export function pairsToMap(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, value] = cut(pair, '=');
      return [name, value ?? ''];
    }),
  );
}
