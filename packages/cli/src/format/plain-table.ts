import type { GoValue } from '../go-template/go-value.ts';
import { printResult } from '../go-template/print-value.ts';
import { alignTabs } from './tab-writer.ts';

/** One column of a list: the name that templates use, its header, and its value. */
export interface ListColumn<Row> {
  readonly header: string;
  readonly value: (row: Row) => GoValue;
}

/** What a list can show. */
export interface ListView<Row> {
  /** Go's name of the row's type, for error texts. */
  readonly typeName: string;
  readonly columns: Readonly<Record<string, ListColumn<Row>>>;
  /** Values that take an argument, such as `{{.Label "name"}}`. */
  readonly methods?: Readonly<Record<string, (row: Row, argument: string) => GoValue>>;
}

/** What `--format` says of a list: whether it is a table, and the template of its rows. */
export function listTemplate(format: string): { readonly isTable: boolean; readonly text: string } {
  const isTable = format.startsWith('table');
  const chosen = format === 'json' ? '{{json .}}' : isTable ? format.slice('table'.length) : format;
  const text = chosen
    .replace(/^ +| +$/g, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  return { isTable, text };
}

/**
 * The list as a table that is nothing but columns, lines ended; undefined when the format is another. Such tables need no
 * template engine, which takes time to load.
 */
export function plainTable<Row>(
  view: ListView<Row>,
  rows: readonly Row[],
  format: string,
): string | undefined {
  const { isTable, text } = listTemplate(format);
  const names = text.split('\t').map((cell) => /^\{\{\.(\w+)\}\}$/.exec(cell)?.[1] ?? '');
  if (!isTable || !names.every((name) => Object.hasOwn(view.columns, name))) return undefined;
  const columns = names.map((name) => view.columns[name] as ListColumn<Row>);
  const cell = (value: GoValue) => (typeof value === 'string' ? value : printResult(value));
  const lines = [
    columns.map((column) => column.header),
    ...rows.map((row) => columns.map((column) => cell(column.value(row)))),
  ];
  return alignTabs(`${lines.map((cells) => cells.join('\t')).join('\n')}\n`);
}
