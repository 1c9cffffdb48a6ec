import { readFileSync } from 'node:fs';
import { cut } from '../flags/flag-types.ts';
import { goErrorText } from '../format/go-error-text.ts';
import { ValueError } from '../usage-error.ts';

export interface SecurityOptions {
  readonly options: readonly string[];
  /** Empty lists when `systempaths=unconfined` was asked for, else null: the daemon's defaults. */
  readonly systemPaths: readonly string[] | null;
}

/** Reads `--security-opt`: a seccomp profile in a file is sent as compact JSON. */
export function parseSecurityOptions(texts: readonly string[]): SecurityOptions {
  const options = texts.map(parseOne);
  const unconfined = options.includes('systempaths=unconfined');
  return {
    options: options.filter((option) => option !== 'systempaths=unconfined'),
    systemPaths: unconfined ? [] : null,
  };
}

function parseOne(text: string): string {
  const equal = cut(text, '=');
  const [name, value] =
    equal[1] === undefined && text !== 'no-new-privileges' ? cut(text, ':') : equal;
  if (!value && name !== 'no-new-privileges') {
    throw new ValueError(`Invalid --security-opt: ${JSON.stringify(text)}`);
  }
  if (name !== 'seccomp' || value === 'unconfined' || value === 'builtin') return text;
  return `seccomp=${compactJsonFile(value ?? '')}`;
}

function compactJsonFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = goErrorText(error, 'open', path);
    throw new ValueError(`opening seccomp profile (${path}) failed: ${reason}`);
  }
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    const reason = (error as Error).message;
    throw new ValueError(`compacting json for seccomp profile (${path}) failed: ${reason}`);
  }
}
