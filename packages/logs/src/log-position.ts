import type { LogFile } from './log-files.ts';
import { timeOfLogLine } from './log-record.ts';

/** Where reading begins. `midLine`: not at the beginning of a line. */
export interface LogPosition {
  readonly offset: number;
  readonly midLine: boolean;
}

export const startOfFile: LogPosition = { offset: 0, midLine: false };

const tailBlock = 64 * 1024;
const probeBlock = 64 * 1024;
/** Below this much a linear read is as fast as searching. */
const searchLimit = 256 * 1024;
/** Longer than any line. */
const longestProbe = 1024 * 1024;
/** Records may stand out of order by as much as one long line: what comes before is read again. */
const searchMargin = 256 * 1024;

/** Reads up to `length` bytes of the content; less only at its end. */
export async function readBlock(file: LogFile, offset: number, length: number): Promise<Buffer> {
  if (file.blocks !== undefined) return await file.blocks.read(offset, length);
  const block = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.handle.read(block, 0, length, offset);
  return block.subarray(0, bytesRead);
}

/**
 * Finds the last `count` whole lines by reading backwards. `found` is less than `count` when the file
 * has fewer; the offset is then 0.
 */
async function findTail(
  file: LogFile,
  count: number,
): Promise<LogPosition & { readonly found: number }> {
  let newlines = 0;
  for (let end = file.size; end > 0; end -= tailBlock) {
    const begin = Math.max(0, end - tailBlock);
    const block = await readBlock(file, begin, end - begin);
    for (
      let at = block.lastIndexOf(0x0a);
      at >= 0;
      at = at > 0 ? block.lastIndexOf(0x0a, at - 1) : -1
    ) {
      if (newlines === count) return { offset: begin + at + 1, midLine: false, found: count };
      newlines += 1;
    }
  }
  return { offset: 0, midLine: false, found: newlines };
}

/**
 * Where each file is to be read from for its last `count` lines, counted from the newest file back; undefined for files
 * that are left out.
 */
export async function tailPositions(
  files: readonly LogFile[],
  count: number,
): Promise<(LogPosition | undefined)[]> {
  const positions: (LogPosition | undefined)[] = files.map(() => undefined);
  let left = count;
  for (let index = files.length - 1; index >= 0; index--) {
    const file = files[index];
    if (file === undefined || (left === 0 && index < files.length - 1)) break;
    const { found, ...position } = await findTail(file, left);
    positions[index] = position;
    left -= found;
  }
  return positions;
}

/**
 * Where each file is to be read from for records of the given time and later; undefined for files that are left out.
 * Decided by the records, because files may have been copied. The end of the one before the first such file is read as
 * well: pieces of a long line have the time of its beginning.
 */
export async function timePositions(
  files: readonly LogFile[],
  time: string,
): Promise<(LogPosition | undefined)[]> {
  let first = 0;
  for (let end = files.length; end - first > 1; ) {
    const middle = Math.floor((first + end) / 2);
    const file = files[middle];
    const begun = file === undefined ? undefined : await timeAfter(file, 0, file.size);
    // A file that does not tell is taken for a later one: at worst more is read than needed.
    if (begun !== undefined && begun < time) first = middle;
    else end = middle;
  }
  const positions: (LogPosition | undefined)[] = [];
  for (const [index, file] of files.entries()) {
    if (index < first - 1) positions.push(undefined);
    else if (index < first) positions.push(positionAt(file.size));
    else positions.push(index > first ? startOfFile : await findTime(file, time));
  }
  return positions;
}

/** Finds a place not after the first record of the given time or later, by binary search. */
async function findTime(file: LogFile, time: string): Promise<LogPosition> {
  let low = 0;
  let high = file.size;
  while (high - low > searchLimit) {
    const middle = Math.floor((low + high) / 2);
    const found = await timeAfter(file, middle, high);
    if (found !== undefined && found < time) low = middle;
    else high = middle;
  }
  return positionAt(low);
}

/** A place of the file, less what may be out of order. */
function positionAt(place: number): LogPosition {
  const offset = Math.max(0, place - searchMargin);
  return { offset, midLine: offset > 0 };
}

/** The time of the first readable line that begins after the offset, or at the beginning of the file. */
async function timeAfter(file: LogFile, offset: number, end: number): Promise<string | undefined> {
  for (let size = probeBlock; ; size *= 4) {
    const block = await readBlock(file, offset, Math.min(size, end - offset));
    const cut = block.indexOf(0x0a) + 1;
    let begin = offset === 0 ? 0 : cut;
    for (let newline = cut - 1; newline >= 0; newline = block.indexOf(0x0a, begin)) {
      const time = timeOfLogLine(block.subarray(begin, newline));
      if (time !== undefined) return time;
      begin = newline + 1;
    }
    if (size >= end - offset || size > longestProbe) return undefined;
  }
}
