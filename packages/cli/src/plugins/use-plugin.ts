import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { CliContext } from '../cli-context.ts';
import { CommandError } from '../usage-error.ts';
import { buildWords } from './build-words.ts';
import { findPlugin, pluginFolders } from './cli-plugins.ts';
import { origin } from './origin.ts';
import { naiveFlags, printNextSteps, wantedHooks } from './plugin-hooks.ts';

/** A command that is not Berth's own, and the words around it. */
export interface ForeignCommand {
  /** The words of the command itself: `compose`, `image build`. */
  readonly command: readonly string[];
  /** The words before it: global flags. */
  readonly before: readonly string[];
  /** The words behind it. */
  readonly behind: readonly string[];
}

/** What Docker's plug-ins need to find the same daemon. */
export interface PluginContext extends CliContext {
  readonly pluginEnvironment: Readonly<Record<string, string>>;
}

/**
 * Has the plug-in of that name do the command and gives its exit code; undefined when there is none. Where nothing is to
 * be done behind it, this process becomes the plug-in: signals, the terminal and the exit code are its own.
 */
export async function usePlugin(
  context: PluginContext,
  { command, before, behind }: ForeignCommand,
): Promise<number | undefined> {
  const { config, configFolder, environment, terminal } = context;
  const build = buildWords(command, config, environment);
  const replaced = build?.words ?? command;
  const plugin = await findPlugin(pluginFolders(config, configFolder), replaced[0] ?? '');
  if (plugin === undefined) {
    if (build?.missing === undefined) return undefined;
    throw new CommandError(build.missing);
  }
  const named = behind.some((word) => word.startsWith('--builder'));
  const builder =
    build?.defaultBuilder && !named ? { BUILDX_BUILDER: context.contextName } : undefined;
  const words = [...before, ...replaced, ...behind];
  const set = { ...environment, ...context.pluginEnvironment, ...builder, ...origin() };
  await terminal.flush();
  const invoked = [...replaced, ...behind];
  const hooks = wantedHooks(context, invoked.join(' '));
  if (hooks.length === 0) return become(plugin.path, words, set);
  const code = await run(plugin.path, words, set);
  if (code === 0) {
    await printNextSteps(context, hooks, { name: 'berth', args: [], flags: naiveFlags(invoked) });
  }
  return code;
}

function become(program: string, words: readonly string[], environment: NodeJS.ProcessEnv): never {
  if (process.execve === undefined) throw new CommandError('plug-ins need Node 24');
  const set = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  try {
    return process.execve(program, [program, ...words], Object.fromEntries(set));
  } catch (error) {
    throw cannotStart(program, error);
  }
}

/** Signals of the terminal reach the plug-in by themselves; the others are passed on. */
const ignored = ['SIGINT', 'SIGQUIT'] as const;
const passedOn = ['SIGTERM', 'SIGHUP'] as const;

function run(
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: 'inherit', env: environment });
    for (const signal of ignored) process.on(signal, () => undefined);
    for (const signal of passedOn) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => reject(cannotStart(program, error)));
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

function cannotStart(program: string, cause: unknown): CommandError {
  return new CommandError(`cannot start the plug-in ${program}: ${(cause as Error).message}`, {
    cause,
  });
}
