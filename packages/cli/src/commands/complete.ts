import { commandTable } from '../command-table/command-table.ts';
import { completeLine, matching } from '../completion/complete-line.ts';
import { liveNames } from '../completion/live-names.ts';
import { pluginCompletion, pluginNames } from '../completion/plugin-words.ts';
import type { PluginContext } from '../plugins/use-plugin.ts';

/**
 * `berth __complete WORD...`, for the completion scripts: what can stand in place of the last word, one a line with a
 * tab and what it is; the last line is `:files`, `:open` (no blank behind the word) or `:end`.
 */
export async function completeWords(
  context: PluginContext,
  words: readonly string[],
): Promise<number> {
  const foreign = await pluginCompletion(context, words);
  if (foreign !== undefined) {
    const lines = foreign.candidates.map(({ value, help }) => printable(`${value}\t${help}`));
    context.terminal.print([...lines, foreign.end].join('\n'));
    return 0;
  }
  const { candidates, source, before, typed } = completeLine(words, commandTable);
  const names = await pluginNames(context, words);
  const live = source === undefined ? [] : matching(await liveNames(context, source), typed);
  const lines = [...candidates, ...names, ...live].map(({ value, help }) =>
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
