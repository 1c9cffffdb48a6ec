import type { ClientConfig } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { FilterValues, FlagValue } from '../flags/flag-types.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { evaluateTemplate } from '../go-template/evaluator.ts';
import { builtinFunctions, FunctionError } from '../go-template/functions.ts';
import { goJson } from '../go-template/go-json.ts';
import type { GoMap } from '../go-template/go-value.ts';
import { parseTemplateText } from '../go-template/parser.ts';
import type { ResolvedCommand } from '../parse-command-line.ts';
import { hasColours } from '../terminal/abilities.ts';
import { answerOf, findPlugin, pluginFolders } from './cli-plugins.ts';
import { hooksEnabled } from './hooks-enabled.ts';
import { origin } from './origin.ts';

/**
 * Hooks of plug-ins: `plugins.NAME.hooks` in config.json names commands behind which the plug-in NAME is asked what the
 * user may want to do next. On a terminal only, and only where hooks are switched on, as in Docker's client.
 */

/** One plug-in that is to be asked, and the commands of its list that matched. */
export interface Hook {
  readonly plugin: string;
  readonly command: string;
}

/** The command that has run, as a plug-in and its template see it. */
export interface FinishedCommand {
  /** The last word of the command's name. */
  readonly name: string;
  readonly args: readonly string[];
  /** The flags that were given; the value of boolean ones, an empty text for the others. */
  readonly flags: Readonly<Record<string, string>>;
  /** The value of any flag of the command as text, for templates. */
  readonly flagText?: (name: string) => string | undefined;
  readonly failure?: string;
}

/** The hooks that follow a command, `container ls`; none where they are switched off. */
export function wantedHooks(context: CliContext, command: string): Hook[] {
  if (!hooksEnabled(context)) return [];
  return matchingHooks(context.config.plugins ?? {}, command);
}

export function matchingHooks(plugins: ClientConfig['plugins'], command: string): Hook[] {
  const words = command.split(' ');
  return Object.entries(plugins ?? {}).flatMap(([plugin, settings]) => {
    const hooks = settings['hooks'] ? settings['hooks'].split(',') : [];
    const match = hooks.find((hook) => hook.split(' ').every((word, i) => word === words[i]));
    return match === undefined ? [] : [{ plugin, command: match }];
  });
}

/** Asks the plug-ins and prints what they say below the command's output; what goes wrong is passed over in silence. */
export async function printNextSteps(
  context: CliContext,
  hooks: readonly Hook[],
  finished: FinishedCommand,
): Promise<void> {
  const answers = await Promise.all(hooks.map((hook) => nextSteps(context, hook, finished)));
  const lines = answers.flat();
  if (lines.length === 0) return;
  const title = "\nWhat's next:";
  context.terminal.warn(hasColours(context.environment) ? `\x1b[1m${title}\x1b[0m` : title);
  for (const line of lines) context.terminal.warn(`    ${line}`);
}

async function nextSteps(
  context: CliContext,
  { plugin, command }: Hook,
  finished: FinishedCommand,
): Promise<string[]> {
  const found = await findPlugin(pluginFolders(context.config, context.configFolder), plugin);
  if (found === undefined) return [];
  const data = {
    RootCmd: command,
    Flags: finished.flags,
    CommandError: finished.failure ?? '',
  };
  const words = [plugin, 'docker-cli-plugin-hooks', JSON.stringify(data)];
  const environment = { ...context.environment, ...origin() };
  const { text, failure } = await answerOf(found.path, words, environment);
  return failure === undefined ? stepsOf(text, finished) : [];
}

/** The lines of a plug-in's answer: `{"Type":0,"Template":"…"}`; none for one that cannot be used. */
export function stepsOf(answer: string, finished: FinishedCommand): string[] {
  try {
    const { Type, Template } = JSON.parse(answer) as { Type?: unknown; Template?: unknown };
    if ((Type ?? 0) !== 0 || typeof Template !== 'string') return [];
    const lines = filled(Template, finished).split('\n');
    return lines.some((line) => line.trim() !== '') ? lines : [];
  } catch {
    return [];
  }
}

function filled(text: string, { name, args, flagText }: FinishedCommand): string {
  const functions = {
    ...builtinFunctions,
    flag: {
      ...{ min: 2, max: 2, operands: [undefined, 'string'] as const },
      call: ([, flag]: readonly unknown[]) => {
        const value = flagText?.(flag as string);
        if (value === undefined) throw new FunctionError('failed to parse hook template');
        return value;
      },
    },
    arg: {
      ...{ min: 2, max: 2, operands: [undefined, 'int'] as const },
      call: ([, index]: readonly unknown[]) => args[Number(index)] ?? '',
    },
  };
  const template = parseTemplateText('', text, new Set(['and', 'or', ...Object.keys(functions)]));
  const missingKey = 'error' as const;
  return evaluateTemplate({ name: '', text, template, functions, missingKey }, { Name: name });
}

/** The flags of Berth's own command that were given. */
export function givenFlags(flags: ParsedFlags): Record<string, string> {
  return Object.fromEntries(
    flags.given().map(({ name, type }) => [name, type === 'bool' ? String(flags.value(name)) : '']),
  );
}

/** The flags among words whose grammar is not known; their values are not told. */
export function naiveFlags(words: readonly string[]): Record<string, string> {
  const flags = words.filter((word) => word.startsWith('-'));
  return Object.fromEntries(flags.map((word) => [word.replace(/^--?/, ''), '']));
}

/** A flag's value as Go prints it. */
export function valueText(value: FlagValue | undefined): string | undefined {
  if (value === undefined || typeof value !== 'object') return value?.toString();
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  if (Object.values(value).some(Array.isArray)) return goJson(filterSets(value as FilterValues));
  return `map[${Object.entries(value)
    .map(([key, text]) => `${key}:${text}`)
    .join(' ')}]`;
}

function filterSets(filters: FilterValues): GoMap {
  const sets = Object.entries(filters).map(([name, values]) => {
    return [name, Object.fromEntries(values.map((value) => [value, true]))];
  });
  return Object.fromEntries(sets);
}

/** Does a command of Berth's own and then what the plug-ins that hook it say; as its failure, when it fails. */
export async function withHooks(
  context: CliContext,
  { path, flags, args }: Pick<ResolvedCommand, 'path' | 'flags' | 'args'>,
  run: () => Promise<number>,
): Promise<number> {
  let failure = '';
  try {
    return await run();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    const hooks = wantedHooks(context, path.words.slice(1).join(' '));
    const flagText = (name: string) => valueText(flags.value(name));
    const finished = { name: path.command.name, args, flags: givenFlags(flags), flagText, failure };
    if (hooks.length > 0) await printNextSteps(context, hooks, finished);
  }
}
