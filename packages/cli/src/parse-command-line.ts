import type { ArgumentCount, CommandDefinition } from './command-table/command-definition.ts';
import { isNotYetHere } from './command-table/later-commands.ts';
import { globalFlags } from './command-table/root-command.ts';
import { FlagError, parseFlags } from './flags/parse-flags.ts';
import type { ParsedFlags } from './flags/parsed-flags.ts';
import { type CommandPath, usageLine } from './help/command-help.ts';
import { nearestWords } from './nearest-words.ts';
import { UsageError } from './usage-error.ts';

export interface ResolvedCommand {
  readonly kind: 'command';
  readonly path: CommandPath;
  readonly flags: ParsedFlags;
  readonly args: readonly string[];
  readonly globals: ParsedFlags;
}

export type ParsedCommandLine =
  | ResolvedCommand
  | { readonly kind: 'version' }
  | AskedHelp
  | { readonly kind: 'topic'; readonly name: string }
  | UnknownCommand;

/** A help page: asked for, or instead of a command that is missing (`berth network`). */
export interface AskedHelp {
  readonly kind: 'help';
  readonly path: CommandPath;
  readonly to: 'output' | 'error';
}

/** A first word that the table does not have: a plug-in's, or a mistake. */
export interface UnknownCommand {
  readonly kind: 'unknown';
  readonly name: string;
  /** The words behind the name. */
  readonly behind: readonly string[];
  readonly globals: ParsedFlags;
  readonly error: UsageError;
}

/** Docker's exit code for a command line with a bad flag. */
const badFlagExitCode = 125;

/** The global flags of a line that need not be right; none of one whose global flags are wrong. */
export function globalsOf(words: readonly string[]): ParsedFlags {
  const grammar = { flags: globalFlags, flagsFirst: true };
  try {
    return parseFlags(words, grammar).flags;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return parseFlags([], grammar).flags;
  }
}

/** The words behind the global flags of a line that need not be right. */
export function globalWords(words: readonly string[]): readonly string[] {
  try {
    return parseFlags(words, { flags: globalFlags, flagsFirst: true }).args;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return [];
  }
}

/**
 * Finds the command and parses its flags; `table` is the command table, or what `tableFor` takes of it. Throws UsageError
 * with the text to print.
 */
export function parseCommandLine(
  words: readonly string[],
  table: CommandDefinition,
): ParsedCommandLine {
  const root: CommandPath = { words: [table.name], command: table };
  const line = parsed(words, root);
  if (line.flags.boolean('version')) return { kind: 'version' };
  const asksHelp = line.help || line.args[0] === 'help';
  const topics = line.help ? line.args : asksHelp ? line.args.slice(1) : [];
  const [name = ''] = asksHelp ? topics : line.args;
  if (name === '' || (line.help && findCommand(table, name) === undefined)) {
    return helpOf(root, asksHelp);
  }
  if (asksHelp && topicNames.includes(name)) return { kind: 'topic', name };
  if (findCommand(table, name) === undefined) {
    const error = asksHelp ? unknownTopic(topics) : unknownCommand(root, name);
    const behind = line.args.slice(asksHelp ? 2 : 1);
    return { kind: 'unknown', name, behind, globals: line.flags, error };
  }
  if (asksHelp) {
    const path = line.help ? deepest(topics, root) : helpTarget(topics, root);
    if (!isNotYetHere(path.command)) return helpOf(path, true);
    return nameOnly(path, topics.slice(path.words.length - 1), line.flags);
  }
  return descend(line.args, root, line.flags);
}

function descend(
  words: readonly string[],
  parent: CommandPath,
  globals: ParsedFlags,
): ParsedCommandLine {
  const [word = '', ...rest] = words;
  const command = findCommand(parent.command, word);
  if (command === undefined) throw unknownCommand(parent, word);
  const path = { words: [...parent.words, command.name], command };
  if (command.subcommands !== undefined) {
    const line = parsed(rest, { ...path, command: { ...command, flagsFirst: true } });
    if (line.args.length === 0 || line.help) return helpOf(path, line.help);
    return descend(line.args, path, globals);
  }
  if (isNotYetHere(command)) return nameOnly(path, rest, globals);
  const line = parsed(rest, path);
  if (line.help || hasHelpFlag(line.flags, command)) return helpOf(path, true);
  checkArgumentCount(path, line.args, command.arguments);
  return { kind: 'command', path, flags: line.flags, args: line.args, globals };
}

/** A command whose grammar is not known here: all words behind it are arguments. */
function nameOnly(
  path: CommandPath,
  args: readonly string[],
  globals: ParsedFlags,
): ResolvedCommand {
  return { kind: 'command', path, flags: parseFlags([], { flags: [] }).flags, args, globals };
}

/** Pages of `berth help` that are no command's; `topics` lists them. */
export const topicNames: readonly string[] = [
  'topics',
  'environment',
  'exit-codes',
  'formats',
  'plug-ins',
  'streams',
];

function helpOf(path: CommandPath, asked: boolean): AskedHelp {
  return { kind: 'help', path, to: asked ? 'output' : 'error' };
}

function hasHelpFlag(flags: ParsedFlags, command: CommandDefinition): boolean {
  return (command.flags ?? []).some((flag) => flag.name === 'help') && flags.boolean('help');
}

/** A command by its name or another name of it. */
export function findCommand(
  parent: CommandDefinition,
  word: string,
): CommandDefinition | undefined {
  return parent.subcommands?.find(
    (child) => child.name === word || (child.aliases ?? []).includes(word),
  );
}

function helpTarget(words: readonly string[], root: CommandPath): CommandPath {
  let path = root;
  for (const word of words) {
    if (path !== root && isNotYetHere(path.command)) break;
    const command = findCommand(path.command, word);
    if (command === undefined) throw unknownTopic(words);
    path = { words: [...path.words, command.name], command };
  }
  return path;
}

/** The command that the first of the words name; the rest is its arguments. */
function deepest(words: readonly string[], root: CommandPath): CommandPath {
  const command = findCommand(root.command, words[0] ?? '');
  if (command === undefined) return root;
  return deepest(words.slice(1), { words: [...root.words, command.name], command });
}

function unknownTopic(words: readonly string[]): UsageError {
  return new UsageError(`unknown help topic: ${words.join(' ')}`, 1);
}

function parsed(words: readonly string[], path: CommandPath) {
  const { command } = path;
  try {
    return parseFlags(words, {
      flags: command.flags ?? [],
      flagsFirst: command.flagsFirst === true,
    });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    const name = path.words.join(' ');
    const usage = path.words.length === 1 ? `${name} [OPTIONS] COMMAND [ARG...]` : usageLine(path);
    const meant = suggestion(error.unknown ?? '', flagNames(command), '--');
    const text = `${error.message}\n${meant}\nUsage:  ${usage}\n\nRun '${name} --help' for more information`;
    throw new UsageError(text, badFlagExitCode);
  }
}

function unknownCommand(parent: CommandPath, word: string): UsageError {
  const name = parent.words.join(' ');
  const usage = parent.words.length === 1 ? '' : `Usage:  ${name}\n\n`;
  const known = (parent.command.subcommands ?? []).filter((child) => !child.hidden);
  const words = known.flatMap((child) => [child.name, ...(child.aliases ?? [])]);
  const meant = suggestion(word, words, `${name} `);
  return new UsageError(
    `berth: unknown command: ${name} ${word}\n${meant}\n${usage}Run '${name} --help' for more information`,
    1,
  );
}

function flagNames(command: CommandDefinition): string[] {
  return (command.flags ?? []).filter((flag) => !flag.hidden).map((flag) => flag.name);
}

/** A line, or nothing. */
function suggestion(word: string, words: readonly string[], before: string): string {
  const meant = nearestWords(word, words).map((candidate) => `'${before}${candidate}'`);
  return meant.length === 0 ? '' : `\nDid you mean ${meant.join(' or ')}?\n`;
}

function checkArgumentCount(
  path: CommandPath,
  args: readonly string[],
  count: ArgumentCount | undefined,
): void {
  const { min, max } = count ?? { min: 0, max: undefined };
  if (args.length >= min && (max === undefined || args.length <= max)) return;
  const name = path.words.join(' ');
  const advice = max === undefined ? 'See' : 'Run';
  throw new UsageError(
    `berth: '${name}' ${requirement(min, max)}\n\nUsage:  ${usageLine(path)}\n\n${advice} '${name} --help' for more information`,
    1,
  );
}

function requirement(min: number, max: number | undefined): string {
  const plural = (number: number) => `${number} argument${number === 1 ? '' : 's'}`;
  if (max === 0) return 'accepts no arguments';
  if (max === undefined) return `requires at least ${plural(min)}`;
  if (min === max) return `requires ${plural(min)}`;
  if (min === 0) return `requires at most ${plural(max)}`;
  return `requires at least ${min} and at most ${plural(max)}`;
}
