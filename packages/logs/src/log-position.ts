import type { LogFile } from './log-files.ts';
import { timeOfLogLine } from './log-record.ts';

/** Where reading begins. `midLine`: not at the beginning of a line. */
export interface LogPosition {
  readonly offset: number;
  readonly midLine: boolean;
}

const tailBlock = 64 * 1024;
const probeBlock = 64 * 1024;
/** Below this much a linear read is as fast as searching. */
const searchLimit = 1024 * 1024;
/** Records may stand out of order by as much as one long line: what comes before is read again. */
const searchMargin = 512 * 1024;

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
export async function findTail(
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

/** Finds a place not after the first record of the given time or later, by binary search. */
export async function findTime(file: LogFile, time: string): Promise<LogPosition> {
  let low = 0;
  let high = file.size;
  while (high - low > searchLimit) {
    const middle = Math.floor((low + high) / 2);
    const found = await timeAfter(file, middle, high);
    if (found !== undefined && found < time) low = middle;
    else high = middle;
  }
  const offset = Math.max(0, low - searchMargin);
  return { offset, midLine: offset > 0 };
}

/** The time of the first readable line that begins after the offset. */
async function timeAfter(file: LogFile, offset: number, end: number): Promise<string | undefined> {
  for (let size = probeBlock; ; size *= 4) {
    const block = await readBlock(file, offset, Math.min(size, end - offset));
    let begin = block.indexOf(0x0a) + 1;
    for (let newline = block.indexOf(0x0a, begin); begin > 0 && newline >= 0; ) {
      const time = timeOfLogLine(block.subarray(begin, newline));
      if (time !== undefined) return time;
      begin = newline + 1;
      newline = block.indexOf(0x0a, begin);
    }
    if (size >= end - offset || size > searchLimit) return undefined;
  }
}
