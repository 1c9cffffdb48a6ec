import type { CommandDefinition } from '../command-table/command-definition.ts';
import type { FlagDefinition } from '../flags/flag-definition.ts';
import { type FlagType, flagTypes } from '../flags/flag-types.ts';
import { wrapText } from './wrap-text.ts';

/** A command together with the words that lead to it (`['berth', 'container', 'ls']`). */
export interface CommandPath {
  readonly words: readonly string[];
  readonly command: CommandDefinition;
}

/** The usage line, or lines where a command has more than one form. */
export function usageLine({ words, command }: CommandPath): string {
  const path = words.join(' ');
  if (command.subcommands !== undefined) {
    return words.length === 1 ? `${path} [OPTIONS] COMMAND` : `${path} COMMAND`;
  }
  const options = (command.flags ?? []).some((flag) => !flag.hidden) ? ' [OPTIONS]' : '';
  const forms = typeof command.usage === 'object' ? command.usage : [command.usage ?? ''];
  return forms.map((form) => `${path}${options}${form === '' ? '' : ` ${form}`}`).join('\n\t');
}

/** The whole help of one command, ending in a line break; `more` are rows for its list of commands. */
export function commandHelp(
  path: CommandPath,
  width: number,
  more: readonly CommandDefinition[] = [],
): string {
  const { command } = path;
  const parts = [`Usage:  ${usageLine(path)}`, command.summary];
  if (command.description !== undefined) parts.push(command.description);
  if (command.fullNames !== undefined) parts.push(`Aliases:\n  ${command.fullNames.join(', ')}`);
  if (command.examples !== undefined) {
    parts.push(`Examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`);
  }
  const flags = (command.flags ?? []).filter((flag) => !flag.hidden);
  const title = path.words.length === 1 ? 'Global Options' : 'Options';
  const commands = [...(command.subcommands ?? []), ...more];
  const sections = commandSections(commands, path.words.length === 1);
  const options = flags.length > 0 ? [`${title}:\n${flagLines(flags, width).join('\n')}`] : [];
  parts.push(...sections, ...options);
  if (command.subcommands !== undefined) {
    const name = path.words.join(' ');
    parts.push(`Run '${name} COMMAND --help' for more information on a command.`);
    if (path.words.length === 1)
      parts.push(`Run '${name} help topics' for what belongs to all of them.`);
  }
  return `${parts.join('\n\n')}\n`;
}

const sectionTitles = {
  common: 'Common Commands',
  management: 'Management Commands',
  swarm: 'Swarm Commands',
  other: 'Commands',
  invalid: 'Invalid Plugins',
} as const;

/** Below the top all commands stand in one list. */
function commandSections(commands: readonly CommandDefinition[], top: boolean): string[] {
  const shown = commands.filter((child) => !child.hidden);
  const width = 2 + Math.max(10, ...shown.map((child) => child.name.length));
  return Object.entries(sectionTitles).flatMap(([section, title]) => {
    const children = shown.filter((child) => ((top && child.section) || 'other') === section);
    if (section !== 'common') children.sort((a, b) => (a.name < b.name ? -1 : 1));
    const lines = children.map((child) => `  ${child.name.padEnd(width)}${child.summary}`);
    return lines.length === 0 ? [] : [`${title}:\n${lines.join('\n')}`];
  });
}

const narrowestColumn = 24;
const indentBelow = 10;

/** The option list: flags in alphabetical order, help texts in a column wrapped to the width. */
export function flagLines(flags: readonly FlagDefinition[], width: number): string[] {
  const sorted = [...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = sorted.map((flag) => ({ left: flagLeft(flag), right: flagRight(flag) }));
  const column = Math.max(...rows.map((row) => row.left.length)) + 3;
  // Where no column of words fits beside the flags, help texts stand below them.
  if (width - column < narrowestColumn) {
    const below = Math.max(narrowestColumn, width - indentBelow);
    return rows.flatMap(({ left, right }) => [
      left,
      ...wrapText(right, below).map((line) => ' '.repeat(indentBelow) + line),
    ]);
  }
  return rows.flatMap(({ left, right }) => {
    const lines = wrapText(right, width - column);
    return lines.map((line, i) =>
      i === 0 ? left.padEnd(column) + line : ' '.repeat(column) + line,
    );
  });
}

function flagLeft(flag: FlagDefinition): string {
  const short = flag.short === undefined ? '      ' : `  -${flag.short}, `;
  const type = flag.shownType ?? flagTypes[flag.type].shown;
  return `${short}--${flag.name}${type === '' ? '' : ` ${type}`}`;
}

function flagRight(flag: FlagDefinition): string {
  const shown = shownDefault(flag);
  return shown === undefined ? flag.help : `${flag.help} (default ${shown})`;
}

const quotedTypes: readonly FlagType[] = ['string'];

function shownDefault(flag: FlagDefinition): string | undefined {
  if (flag.type === 'map') return 'map[]';
  if (flag.type === 'settings') return '[]';
  if (flag.shownDefault !== undefined) return flag.shownDefault;
  if (flag.default === undefined) return undefined;
  return quotedTypes.includes(flag.type) ? JSON.stringify(flag.default) : flag.default;
}
