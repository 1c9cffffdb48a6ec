import type { CliContext } from '../cli-context.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { type ListView, plainTable } from '../format/plain-table.ts';

export interface ListFormats {
  /** Used for `table` and when nothing is said. */
  readonly table: string;
  /** Used with --quiet. */
  readonly quiet: string;
  readonly raw?: string;
  /** The format in the client configuration. */
  readonly configured?: string | undefined;
}

/** The template to use: the user's, the configured one, or the table. */
export function chosenFormat(
  context: CliContext,
  flags: ParsedFlags,
  formats: ListFormats,
): string {
  const given = flags.string('format');
  const quiet = flags.boolean('quiet');
  if (given !== '' && quiet) {
    context.terminal.warn(
      'WARNING: Ignoring custom format, because both --format and --quiet are set.',
    );
  }
  const format = given || (quiet ? '' : (formats.configured ?? ''));
  if (quiet && (given === '' || given === 'table' || given.startsWith('table')))
    return formats.quiet;
  if (quiet) return formats.quiet;
  if (format === '' || format === 'table') return formats.table;
  if (format === 'raw' && formats.raw !== undefined) return formats.raw;
  return format;
}

/** Prints rows in a format. */
export async function printList<Row>(
  context: CliContext,
  view: ListView<Row>,
  rows: readonly Row[],
  format: string,
): Promise<void> {
  const text =
    plainTable(view, rows, format) ??
    (await import('../format/list-format.ts')).formatList(view, rows, { format });
  if (text !== '') context.terminal.write(text);
}
