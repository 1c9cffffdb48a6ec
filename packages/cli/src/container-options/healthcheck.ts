import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { ValueError } from '../usage-error.ts';

export interface HealthcheckSpec {
  Test?: readonly string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

const numbers = {
  'health-interval': 'Interval',
  'health-timeout': 'Timeout',
  'health-retries': 'Retries',
  'health-start-period': 'StartPeriod',
  'health-start-interval': 'StartInterval',
} as const;

/** The health check that the flags ask for; undefined leaves the image's. */
export function healthcheck(flags: ParsedFlags): HealthcheckSpec | undefined {
  const command = flags.string('health-cmd');
  const given = Object.keys(numbers).filter((name) => flags.number(name) !== 0);
  const asked = command !== '' || given.length > 0;
  if (flags.boolean('no-healthcheck')) {
    if (asked) throw new ValueError('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!asked) return undefined;
  const spec: HealthcheckSpec = {};
  if (command !== '') spec.Test = ['CMD-SHELL', command];
  for (const [name, field] of Object.entries(numbers)) {
    const value = flags.number(name);
    if (value < 0) throw new ValueError(`--${name} cannot be negative`);
    if (value !== 0) spec[field] = value;
  }
  return spec;
}
