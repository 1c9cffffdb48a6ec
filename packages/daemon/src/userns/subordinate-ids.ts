/** One line of /etc/subuid or /etc/subgid (subuid(5)): `count` IDs from `start` on are for `owner` to map. */
export interface SubordinateRange {
  /** A login name or a numeric ID. */
  readonly owner: string;
  readonly start: number;
  readonly count: number;
}

/** How many IDs a new range holds: what useradd(8) gives, and all that programs expect. */
export const usualCount = 65_536;
const firstStart = 100_000;
/** The kernel's IDs end before (uid_t) -1. */
const endOfIds = 2 ** 32 - 1;

/** Lines that are no ranges are passed over, as newuidmap(1) does. */
export function parseSubordinateRanges(text: string): SubordinateRange[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([^:#\s][^:]*):(\d{1,10}):(\d{1,10})\s*$/.exec(line);
    if (match === null) return [];
    const [start, count] = [Number(match[2]), Number(match[3])];
    if (count === 0 || start + count > endOfIds) return [];
    return [{ owner: match[1]!, start, count }];
  });
}

/** The ranges of whoever has one of these names, in the order of the file. */
export function rangesOf(
  ranges: readonly SubordinateRange[],
  names: readonly string[],
): SubordinateRange[] {
  return ranges.filter(({ owner }) => names.includes(owner));
}

/** A start of `usualCount` IDs that no range reaches; undefined when the IDs are used up. */
export function freeStart(ranges: readonly SubordinateRange[]): number | undefined {
  const start = Math.max(firstStart, ...ranges.map((range) => range.start + range.count));
  return start + usualCount > endOfIds ? undefined : start;
}
