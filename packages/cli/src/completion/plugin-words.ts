import { commandTable } from '../command-table/command-table.ts';
import { isNotYetHere } from '../command-table/later-commands.ts';
import { findCommand, globalWords } from '../parse-command-line.ts';
import { buildWords } from '../plugins/build-words.ts';
import {
  answerOf,
  findPlugin,
  isPlugin,
  listPlugins,
  pluginFolders,
} from '../plugins/cli-plugins.ts';
import { origin } from '../plugins/origin.ts';
import type { PluginContext } from '../plugins/use-plugin.ts';
import type { Candidate } from './complete-line.ts';

/** What a plug-in offers, and the last line for the completion scripts. */
export interface PluginCompletion {
  readonly candidates: readonly Candidate[];
  readonly end: ':files' | ':open' | ':end';
}

/** What the plug-in that the words name offers in place of the last of them; undefined where they name none. */
export async function pluginCompletion(
  context: PluginContext,
  words: readonly string[],
): Promise<PluginCompletion | undefined> {
  const args = globalWords(words.slice(0, -1));
  const length = commandLength(args);
  if (length === 0) return undefined;
  const { config, configFolder, environment } = context;
  const command = args.slice(0, length);
  const replaced = buildWords(command, config, environment)?.words ?? command;
  const plugin = await findPlugin(pluginFolders(config, configFolder), replaced[0] ?? '');
  if (plugin === undefined) return undefined;
  const asked = ['__complete', ...replaced, ...args.slice(length), words.at(-1) ?? ''];
  const set = { ...environment, ...context.pluginEnvironment, ...origin() };
  const { text, failure } = await answerOf(plugin.path, asked, set);
  return failure === undefined ? offered(text) : { candidates: [], end: ':files' };
}

/** The names of plug-ins that can stand in place of the last word. */
export async function pluginNames(
  { config, configFolder }: PluginContext,
  words: readonly string[],
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? '';
  const behind = globalWords(words.slice(0, -1));
  const isTop = behind.length === 0 || (behind.length === 1 && behind[0] === 'help');
  if (!isTop || typed.startsWith('-')) return [];
  const fits = (name: string) => name.startsWith(typed);
  const found = await listPlugins(pluginFolders(config, configFolder), fits);
  return found.filter(isPlugin).map(({ name, summary }) => ({ value: name, help: summary }));
}

/** How many of the words name a command that is a plug-in's if anybody's. */
function commandLength(words: readonly string[]): number {
  let command = commandTable;
  for (const [i, word] of words.entries()) {
    const child = findCommand(command, word);
    if (child === undefined) return i === 0 && word !== 'help' ? 1 : 0;
    if (isNotYetHere(child)) return i + 1;
    command = child;
  }
  return 0;
}

/** Bits of the number behind the last colon: what Go's cobra tells shells to do. */
const directives = { noSpace: 2, noFiles: 4, filesOfKind: 8, folders: 16 } as const;

/** Reads what a plug-in made with Go's cobra answers: a candidate a line with a tab and its help, then `:NUMBER`. */
export function offered(text: string): PluginCompletion {
  const lines = text.split('\n').filter((line) => line !== '');
  const last = lines.findLastIndex((line) => /^:\d+$/.test(line));
  const directive = Number((lines[last] ?? ':0').slice(1));
  const rows = lines.slice(0, last < 0 ? lines.length : last);
  const candidates = rows
    .filter((line) => !line.startsWith('_activeHelp_ '))
    .map((line) => {
      const [value = '', ...help] = line.split('\t');
      return { value, help: help.join(' ') };
    });
  const { filesOfKind, folders, noFiles, noSpace } = directives;
  if ((directive & (filesOfKind | folders)) !== 0) return { candidates: [], end: ':files' };
  if ((directive & noFiles) === 0 && candidates.length === 0) return { candidates, end: ':files' };
  return { candidates, end: (directive & noSpace) === 0 ? ':end' : ':open' };
}
