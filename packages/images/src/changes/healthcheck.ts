import { engineError } from '@berth/errors';
import type { ImageHealthcheck } from '@berth/oci';
import { parseGoDuration } from './go-duration.ts';
import { parseExecForm } from './split-words.ts';

const durationFlags = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const;

const oneMillisecond = 1_000_000;

type HealthcheckDraft = { -readonly [Key in keyof ImageHealthcheck]: ImageHealthcheck[Key] };

/** The argument of HEALTHCHECK: `NONE`, or flags and `CMD command`. */
export function parseHealthcheck(argument: string): ImageHealthcheck {
  const { flags, rest } = leadingFlags(argument);
  const [type = ''] = rest.split(/\s/, 1);
  const command = rest.slice(type.length).trim();
  switch (type.toUpperCase()) {
    case '':
      throw invalid('HEALTHCHECK requires at least one argument');
    case 'NONE':
      if (command !== '') throw invalid('HEALTHCHECK NONE takes no arguments');
      return { Test: ['NONE'] };
    case 'CMD': {
      const exec = parseExecForm(command);
      if (command === '' || exec?.length === 0) {
        throw invalid('Missing command after HEALTHCHECK CMD');
      }
      const Test = exec === undefined ? ['CMD-SHELL', command] : ['CMD', ...exec];
      return { Test, ...timing(flags) };
    }
    default:
      throw invalid(`Unknown type ${JSON.stringify(type.toUpperCase())} in HEALTHCHECK (try CMD)`);
  }
}

/** `--name=value` words in front of the arguments. */
export function leadingFlags(argument: string): {
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: string;
} {
  const flags = new Map<string, string>();
  let rest = argument.trim();
  for (;;) {
    const match = /^--([a-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(rest);
    if (match === null) return { flags, rest };
    const [whole, name = '', value] = match;
    if (flags.has(name)) throw invalid(`Duplicate flag specified: ${name}`);
    if (value === undefined) throw invalid(`Missing a value on flag: ${name}`);
    flags.set(name, value);
    rest = rest.slice(whole.length);
  }
}

function timing(flags: ReadonlyMap<string, string>): ImageHealthcheck {
  const draft: HealthcheckDraft = {};
  for (const [name, value] of flags) {
    if (name === 'retries') {
      if (!/^-?\d+$/.test(value)) throw invalid(`invalid value for --retries: ${value}`);
      const retries = Number(value);
      if (retries < 0) throw invalid(`--retries cannot be negative (${retries})`);
      draft.Retries = retries;
      continue;
    }
    if (!Object.hasOwn(durationFlags, name)) throw invalid(`unknown flag: ${name}`);
    const duration = parseGoDuration(value);
    if (duration === undefined) throw invalid(`time: invalid duration ${JSON.stringify(value)}`);
    if (duration < 0) throw invalid(`Interval "${name}" cannot be negative`);
    if (duration !== 0 && duration < oneMillisecond) {
      throw invalid(`Interval "${name}" cannot be less than 1ms`);
    }
    draft[durationFlags[name as keyof typeof durationFlags]] = duration;
  }
  return draft;
}

function invalid(reason: string): Error {
  return engineError('images.invalid-change', { reason });
}
