/** The search path when neither image nor user sets one (Docker's default for Linux). */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface EnvironmentRequest {
  /** `NAME=value` of the container's config (image's and user's, merged). */
  readonly configured: readonly string[];
  readonly hostname: string;
  readonly tty: boolean;
  readonly home: string;
  /** Variables of links on the default bridge. */
  readonly links?: readonly string[];
}

/**
 * The environment of a container's first process: PATH, HOSTNAME, TERM (with a tty), HOME and
 * the configured variables, of which the last of each name counts. A name without `=` removes it.
 */
export function containerEnvironment(request: EnvironmentRequest): string[] {
  const base = [`PATH=${defaultPath}`, `HOSTNAME=${request.hostname}`];
  if (request.tty) base.push('TERM=xterm');
  const merged = mergeEnvironment([...base, ...(request.links ?? [])], request.configured);
  return merged.some((entry) => entry.startsWith('HOME='))
    ? merged
    : [...merged, `HOME=${request.home}`];
}

/** `overrides` over `base`, by name and in order of first appearance. */
export function mergeEnvironment(base: readonly string[], overrides: readonly string[]): string[] {
  const byName = new Map<string, string | undefined>();
  for (const entry of [...base, ...overrides]) {
    const equals = entry.indexOf('=');
    if (equals < 0) byName.delete(entry);
    else byName.set(entry.slice(0, equals), entry);
  }
  return [...byName.values()].filter((entry) => entry !== undefined);
}
