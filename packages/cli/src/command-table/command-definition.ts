import type { CliContext } from '../cli-context.ts';
import type { FlagDefinition } from '../flags/flag-definition.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';

/** Runs a command and returns its exit code. Failures are thrown. */
export type CommandHandler = (context: CliContext, invocation: Invocation) => Promise<number>;

/** One use of a command: what the parser found on the command line. */
export interface Invocation {
  readonly flags: ParsedFlags;
  readonly args: readonly string[];
}

/** How many arguments a command takes; `max` absent is without limit. */
export interface ArgumentCount {
  readonly min: number;
  readonly max?: number;
}

/** Names that shell completion offers. */
export type CompletionSource =
  | 'containers'
  | 'container-paths'
  | 'objects'
  | 'running-containers'
  | 'images'
  | 'volumes'
  | 'networks'
  | 'contexts'
  | 'shells'
  | 'files';

/** One row of the command table. Parser, help, completion and reference pages all come from it. */
export interface CommandDefinition {
  readonly name: string;
  /** One line, shown in lists of commands and at the top of the help. */
  readonly summary: string;
  /** More help, below the summary. */
  readonly description?: string;
  /** Other names under the same parent. */
  readonly aliases?: readonly string[];
  /** Every full name of the same command, as listed under `Aliases:`. */
  readonly fullNames?: readonly string[];
  /** The arguments as shown in the usage line, without the name and `[OPTIONS]`; more forms, more lines. */
  readonly usage?: string | readonly string[];
  readonly arguments?: ArgumentCount;
  /** What the arguments are; a list where they differ, in their order. */
  readonly completes?: CompletionSource | readonly CompletionSource[];
  readonly flags?: readonly FlagDefinition[];
  /** True when flags end at the first argument (`run`, `exec`, …). */
  readonly flagsFirst?: boolean;
  /** The API version from which daemons know it, with all below it. */
  readonly apiVersion?: string;
  readonly examples?: readonly string[];
  /** `invalid`: programs that have a plug-in's name and are none. */
  readonly section?: 'common' | 'management' | 'swarm' | 'invalid';
  readonly hidden?: boolean;
  readonly subcommands?: readonly CommandDefinition[];
  /** Loads the code; absent on pure parents and on commands that are not implemented yet. */
  readonly load?: () => Promise<CommandHandler>;
}
