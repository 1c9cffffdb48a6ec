import type { HostConfig } from '@berth/engine-api';
import { type LogTagFacts, renderLogTag } from './log-tag.ts';

/** Labels, variables and tag that `labels`, `labels-regex`, `env`, `env-regex` and `tag` copy into each log entry. */
export function logAttributes(
  log: HostConfig['LogConfig'],
  container: {
    readonly labels: Readonly<Record<string, string>>;
    readonly env: readonly string[];
    readonly facts: LogTagFacts;
  },
): Record<string, string> {
  const { labels, env, facts } = container;
  const options = log?.Config ?? {};
  const variables = Object.fromEntries(
    env.map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  ) as Record<string, string>;
  return {
    ...selected(labels, options.labels, options['labels-regex']),
    ...selected(variables, options.env, options['env-regex']),
    ...(options.tag ? { tag: renderLogTag(options.tag, facts) } : {}),
  };
}

function selected(
  values: Readonly<Record<string, string>>,
  names: string | undefined,
  pattern: string | undefined,
): Record<string, string> {
  const wanted = new Set((names ?? '').split(',').filter((name) => name !== ''));
  const matcher = pattern ? new RegExp(pattern) : undefined;
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => wanted.has(name) || matcher?.test(name) === true),
  );
}
