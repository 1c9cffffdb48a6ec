import { textWidth } from './text-width.ts';

/** How columns are laid out: least width of a column, and the space behind its widest cell. */
export interface TabLayout {
  readonly minWidth: number;
  readonly padding: number;
}

/** Docker's tables. */
export const tableLayout: TabLayout = { minWidth: 10, padding: 3 };

/**
 * Lines up the cells between tabs, as Go's tabwriter: a column is a run of neighbouring lines that have
 * a tab-terminated cell at that place; the last cell of a line belongs to no column. Unlike there, wide
 * characters count as the two cells that they take.
 */
export function alignTabs(text: string, layout: TabLayout = tableLayout): string {
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
  const out = lines.map(() => '');
  layoutColumn({ lines, out, layout }, { from: 0, to: lines.length, column: 0 });
  return out.join('\n') + (ends ? '\n' : '');
}

interface Sheet {
  readonly lines: readonly (readonly string[])[];
  readonly out: string[];
  readonly layout: TabLayout;
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly column: number;
}

function layoutColumn(sheet: Sheet, { from, to, column }: Block): void {
  const hasCell = (line: number) => (sheet.lines[line]?.length ?? 0) > column + 1;
  for (let line = from; line < to; line++) {
    if (!hasCell(line)) {
      sheet.out[line] += sheet.lines[line]?.[column] ?? '';
      continue;
    }
    let end = line;
    while (end < to && hasCell(end)) end += 1;
    fillBlock(sheet, { from: line, to: end, column });
    layoutColumn(sheet, { from: line, to: end, column: column + 1 });
    line = end - 1;
  }
}

function fillBlock(sheet: Sheet, { from, to, column }: Block): void {
  const cells = sheet.lines.slice(from, to).map((line) => line[column] ?? '');
  const widest = Math.max(...cells.map(textWidth));
  const width = widest === 0 ? 0 : Math.max(sheet.layout.minWidth, widest + sheet.layout.padding);
  const all = widest === 0 ? Math.max(sheet.layout.minWidth, sheet.layout.padding) : width;
  cells.forEach((cell, i) => {
    sheet.out[from + i] += cell + ' '.repeat(all - textWidth(cell));
  });
}
