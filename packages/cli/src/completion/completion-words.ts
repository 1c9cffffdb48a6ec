import type { CommandDefinition, CompletionSource } from '../command-table/command-definition.ts';

/** What can follow one command: its path, its subcommands with summaries, its flags, its arguments. */
export interface CompletionWords {
  /** The words behind `berth`, joined with spaces; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly CompletionFlag[];
  readonly completes: CompletionSource | undefined;
}

export interface CompletionFlag {
  readonly name: string;
  readonly short: string | undefined;
  readonly help: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** The words of every command in the table, outermost first. */
export function completionWords(table: CommandDefinition): CompletionWords[] {
  return collect(table, []);
}

function collect(command: CommandDefinition, path: readonly string[]): CompletionWords[] {
  const shown = (command.subcommands ?? []).filter((child) => !child.hidden);
  const own: CompletionWords = {
    path: path.join(' '),
    subcommands: shown.map(({ name, summary }) => ({ name, summary })),
    flags: (command.flags ?? [])
      .filter((flag) => !flag.hidden)
      .map((flag) => ({
        name: flag.name,
        short: flag.short,
        help: flag.help.split('\n')[0] ?? '',
        takesValue: flag.type !== 'bool',
        choices: flag.choices ?? [],
      })),
    completes: command.completes,
  };
  return [own, ...shown.flatMap((child) => collect(child, [...path, child.name]))];
}

/** The command that lists what can be an argument, one a line. */
export function listingCommand(source: CompletionSource): string | undefined {
  const commands: Readonly<Record<CompletionSource, string | undefined>> = {
    containers: "berth ps -a --format '{{.Names}}'",
    'running-containers': "berth ps --format '{{.Names}}'",
    images: "berth images --format '{{.Repository}}:{{.Tag}}'",
    volumes: "berth volume ls --format '{{.Name}}'",
    contexts: 'berth context ls -q',
    networks: "berth network ls --format '{{.Name}}'",
    files: undefined,
  };
  return commands[source];
}
