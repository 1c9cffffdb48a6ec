import type { CliContext } from '../cli-context.ts';
import { commandTable } from '../command-table/command-table.ts';
import { completeLine, matching } from '../completion/complete-line.ts';
import { liveNames } from '../completion/live-names.ts';

/**
 * `berth __complete WORD...`, for the completion scripts: what can stand in place of the last word, one a line with a
 * tab and what it is; the last line is `:files`, `:open` (no blank behind the word) or `:end`.
 */
export async function completeWords(
  context: CliContext,
  words: readonly string[],
): Promise<number> {
  const { candidates, source, before, typed } = completeLine(words, commandTable);
  const live = source === undefined ? [] : matching(await liveNames(context, source), typed);
  const lines = [...candidates, ...live].map(({ value, help }) =>
    printable(`${before}${value}\t${help}`),
  );
  const takesFiles = source === 'files' || source === 'container-paths';
  const end =
    takesFiles && live.length === 0 ? ':files' : source === 'container-paths' ? ':open' : ':end';
  context.terminal.print([...lines, end].join('\n'));
  return 0;
}

/** Names are the daemon's; what could write on the terminal is left out. */
function printable(line: string): string {
  return line.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '');
}
