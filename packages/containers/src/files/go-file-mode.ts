import { constants } from 'node:fs';

/** Type and special bits of a Go os.FileMode, by those of st_mode (inode(7)). */
const types: ReadonlyMap<number, number> = new Map([
  [constants.S_IFDIR, 2 ** 31],
  [constants.S_IFLNK, 2 ** 27],
  [constants.S_IFBLK, 2 ** 26],
  [constants.S_IFCHR, 2 ** 26 + 2 ** 21],
  [constants.S_IFIFO, 2 ** 25],
  [constants.S_IFSOCK, 2 ** 24],
]);
const special: readonly (readonly [unix: number, go: number])[] = [
  [0o4000, 2 ** 23],
  [0o2000, 2 ** 22],
  [0o1000, 2 ** 20],
];

/** The os.FileMode of a file with this st_mode. */
export function goFileMode(mode: number): number {
  const bits = special.reduce((sum, [unix, go]) => sum + ((mode & unix) === 0 ? 0 : go), 0);
  return (types.get(mode & constants.S_IFMT) ?? 0) + bits + (mode & 0o777);
}
