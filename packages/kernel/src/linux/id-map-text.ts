import type { IdRange } from '../namespaces.ts';

/** The contents of uid_map and gid_map (user_namespaces(7)). */
export function idMapText(ranges: readonly IdRange[]): string {
  return ranges.map(({ inside, outside, size }) => `${inside} ${outside} ${size}\n`).join('');
}
