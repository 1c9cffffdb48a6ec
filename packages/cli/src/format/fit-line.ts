import { characterWidth, textWidth } from './text-width.ts';

/**
 * A line that takes at most `width` cells: long ids are cut to their usual length, then the middle of the last cell (behind
 * two blanks) is left out, so that both ends of a path can be read.
 */
export function fitLine(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  const short = line.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
  if (textWidth(short) <= width) return short;
  const start = short.lastIndexOf('  ') + 2;
  const [before, cell] = [short.slice(0, start), short.slice(start)];
  const room = width - textWidth(before) - 1;
  // With hardly any room for the cell, the line's own end goes.
  if (room < 8) return `${head(short, width - 1)}…`;
  const first = head(cell, Math.ceil(room / 2));
  return `${before}${first}…${tail(cell, room - textWidth(first))}`;
}

function head(text: string, width: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return kept;
}

function tail(text: string, width: number): string {
  const kept: string[] = [];
  let used = 0;
  for (const character of [...text].reverse()) {
    used += characterWidth(character);
    if (used > width) break;
    kept.unshift(character);
  }
  return kept.join('');
}
