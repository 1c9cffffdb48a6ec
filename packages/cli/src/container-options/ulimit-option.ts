import { cut } from '../flags/flag-types.ts';
import { parseInt64 } from '../flags/numbers.ts';
import { ValueError } from '../usage-error.ts';

export interface Ulimit {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

const names =
  /^(core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$/;

/** `name=soft[:hard]`; -1 is without limit, the hard limit is the soft one when absent. */
export function parseUlimit(text: string): Ulimit {
  const [name, limits] = cut(text, '=');
  if (limits === undefined) throw new ValueError(`invalid ulimit argument: ${text}`);
  if (!names.test(name)) throw new ValueError(`invalid ulimit type: ${name}`);
  const parts = limits.split(':');
  if (parts.length > 2) {
    throw new ValueError(
      `too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``,
    );
  }
  const hard = parts[1] === undefined ? undefined : parseInt64(parts[1]);
  const soft = parseInt64(parts[0] ?? '');
  const limit = hard ?? soft;
  const rule = 'ulimit soft limit must be less than or equal to hard limit';
  if (limit !== -1 && soft === -1) {
    throw new ValueError(`${rule}: soft: -1 (unlimited), hard: ${limit}`);
  }
  if (limit !== -1 && soft > limit) throw new ValueError(`${rule}: ${soft} > ${limit}`);
  return { Name: name, Hard: limit, Soft: soft };
}

/** The limits by name, each as given last. */
export function ulimitList(texts: readonly string[]): Ulimit[] {
  const byName = new Map(texts.map(parseUlimit).map((limit) => [limit.Name, limit]));
  return [...byName.values()].sort((a, b) => (a.Name < b.Name ? -1 : 1));
}
