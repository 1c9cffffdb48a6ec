import type { CommandDefinition, CompletionSource } from '../command-table/command-definition.ts';
import type { FlagDefinition } from '../flags/flag-definition.ts';
import { findCommand } from '../parse-command-line.ts';

/** A word that can be put in, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** What can stand at the end of a command line. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Names of these are candidates too. */
  readonly source?: CompletionSource;
  /** What stands before each candidate within its word: `--network=`. */
  readonly before: string;
  /** What was typed of the word, without `before`: candidates begin with it. */
  readonly typed: string;
}

/** Where in the command line the last word stands. */
interface Place {
  readonly command: CommandDefinition;
  /** The flag that waits for its value. */
  readonly flag?: FlagDefinition;
  readonly args: number;
  readonly flagsEnded: boolean;
}

/** What can stand in place of the last of the words; they are those behind the program's name. */
export function completeLine(words: readonly string[], table: CommandDefinition): Completion {
  const current = words.at(-1) ?? '';
  const place = placeOf(words.slice(0, -1), table);
  if (place.flag !== undefined) return valuesOf(place.flag, '', current);
  if (!place.flagsEnded && current.startsWith('-')) {
    const [name = '', ...value] = current.split('=');
    if (value.length === 0) return flagsOf(place.command, current);
    const flag = flagNamed(place.command, name);
    return flag === undefined ? nothing(current) : valuesOf(flag, `${name}=`, value.join('='));
  }
  return argumentsOf(place, current);
}

function placeOf(words: readonly string[], table: CommandDefinition): Place {
  const rest = [...words];
  let place: Place = { command: table, args: 0, flagsEnded: false };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!place.flagsEnded && word.startsWith('-') && word !== '-') {
      if (word === '--') {
        place = { ...place, flagsEnded: true };
        continue;
      }
      const flag = flagThatNeedsValue(place.command, word);
      if (flag !== undefined && rest.shift() === undefined) return { ...place, flag };
      continue;
    }
    place = after(place, word, table);
  }
  return place;
}

/** The place behind one more word that is no flag. */
function after(place: Place, word: string, table: CommandDefinition): Place {
  const { command } = place;
  if (command === table && word === 'help') return { ...place, command: topicsOf(table) };
  const child = findCommand(command, word);
  if (child !== undefined) return { command: child, args: 0, flagsEnded: false };
  const flagsEnded = place.flagsEnded || command.flagsFirst === true;
  return { command, args: place.args + 1, flagsEnded };
}

/** Commands as topics of help: names below names. */
function topicsOf({
  name,
  summary,
  aliases,
  subcommands,
  hidden,
}: CommandDefinition): CommandDefinition {
  return {
    ...{ name, summary, arguments: { min: 0, max: 0 } },
    ...(aliases === undefined ? {} : { aliases }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(subcommands === undefined ? {} : { subcommands: subcommands.map(topicsOf) }),
  };
}

/** The flag whose value is the next word: `--name`, or the last letter of `-itp`. */
function flagThatNeedsValue(command: CommandDefinition, word: string): FlagDefinition | undefined {
  if (word.includes('=')) return undefined;
  if (word.startsWith('--')) {
    const flag = flagNamed(command, word);
    return flag?.type === 'bool' ? undefined : flag;
  }
  for (let i = 1; i < word.length; i++) {
    const flag = flagNamed(command, `-${word[i]}`);
    if (flag === undefined) return undefined;
    if (flag.type !== 'bool') return i === word.length - 1 ? flag : undefined;
  }
  return undefined;
}

function flagNamed(command: CommandDefinition, word: string): FlagDefinition | undefined {
  return (command.flags ?? []).find(({ name, short }) =>
    word.startsWith('--') ? name === word.slice(2) : short !== undefined && `-${short}` === word,
  );
}

function flagsOf(command: CommandDefinition, typed: string): Completion {
  const shown = (command.flags ?? []).filter(({ hidden }) => hidden !== true);
  const flags = shown.map(({ name, help }) => candidate(`--${name}`, help));
  const candidates = [...flags, candidate('--help', 'Print usage')];
  const unique = candidates.filter(
    ({ value }, index) => candidates.findIndex((other) => other.value === value) === index,
  );
  return { candidates: matching(unique, typed), before: '', typed };
}

function valuesOf(flag: FlagDefinition, before: string, typed: string): Completion {
  const choices = flag.type === 'bool' ? ['true', 'false'] : (flag.choices ?? []);
  const candidates = choices.map((choice) => candidate(choice, ''));
  const source = flag.completes ?? (choices.length === 0 ? 'files' : undefined);
  return {
    ...{ candidates: matching(candidates, typed), before, typed },
    ...(source === undefined ? {} : { source }),
  };
}

function argumentsOf({ command, args }: Place, typed: string): Completion {
  if (command.subcommands !== undefined) {
    if (args > 0) return nothing(typed);
    const shown = command.subcommands.filter(({ hidden }) => hidden !== true);
    const candidates = shown.map(({ name, summary }) => candidate(name, summary));
    return { candidates: matching(candidates, typed), before: '', typed };
  }
  const max = command.arguments?.max;
  if (max !== undefined && args >= max) return nothing(typed);
  // What follows the image of `run` or the container of `exec` is the container's own.
  if (command.flagsFirst === true && args > 0) return { ...nothing(typed), source: 'files' };
  const { completes } = command;
  const source = typeof completes === 'object' ? completes[args] : completes;
  return { ...nothing(typed), ...(source === undefined ? {} : { source }) };
}

function nothing(typed: string): Completion {
  return { candidates: [], before: '', typed };
}

function candidate(value: string, help: string): Candidate {
  return { value, help: help.split('\n')[0] ?? '' };
}

export function matching(candidates: readonly Candidate[], typed: string): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(typed));
}
