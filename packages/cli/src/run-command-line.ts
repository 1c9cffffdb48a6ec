import {
  type ClientConfig,
  configFolder,
  createEngineClient,
  currentContextName,
  defaultHost,
  type Endpoint,
  type EngineClient,
  readClientConfig,
  resolveEndpoint,
} from '@berth/engine-client';
import { isEngineError } from '@berth/errors';
import type { CliContext } from './cli-context.ts';
import { clientVersion } from './client-version.ts';
import type { CommandDefinition } from './command-table/command-definition.ts';
import { tableFor } from './command-table/table-for.ts';
import { customHeaders } from './custom-headers.ts';
import type { ParsedFlags } from './flags/parsed-flags.ts';
import type { CommandPath } from './help/command-help.ts';
import { hintLine, printErrorHint } from './hints/print-hint.ts';
import { type AskedHelp, globalsOf, parseCommandLine } from './parse-command-line.ts';
import { hooksEnabled } from './plugins/hooks-enabled.ts';
import { endBySignals } from './terminal/end-by-signal.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';
import { CommandError, UsageError } from './usage-error.ts';

/** Runs one command line in this process and ends the process with its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<never> {
  endBySignals();
  const terminal = processTerminal();
  let code: number;
  let context: LazyContext | undefined;
  try {
    code = await dispatch(words, terminal, (made) => {
      context = made;
    });
  } catch (error) {
    code = report(error, terminal);
    if (context !== undefined) await printErrorHint(context, error);
  }
  await terminal.flush();
  // Open sockets and standard input would keep the process alive.
  process.exit(code & 0xff);
}

async function dispatch(
  words: readonly string[],
  terminal: Terminal,
  onContext: (context: LazyContext) => void,
): Promise<number> {
  if (words[0] === '__complete') return complete(words.slice(1), terminal);
  const resolved = parseCommandLine(words, await tableFor(words));
  if (resolved.kind === 'version') {
    terminal.print(`Berth version ${clientVersion}`);
    return 0;
  }
  if (resolved.kind === 'topic') {
    const { topicText } = await import('./help/topic-text.ts');
    terminal.print(topicText(resolved.name));
    return 0;
  }
  if (resolved.kind === 'help') return printHelp(resolved, words, terminal);
  checkLogLevel(resolved.globals.string('log-level'));
  const context = new LazyContext(terminal, resolved.globals);
  onContext(context);
  if (resolved.kind === 'unknown') {
    const code = await foreign(context, words, [resolved.name], resolved.behind);
    if (code === undefined) throw resolved.error;
    return code;
  }
  if (resolved.path.command.load === undefined) {
    const code = await foreign(context, words, resolved.path.words.slice(1), resolved.args);
    if (code === undefined) throw await notYetHere(resolved.path);
    return code;
  }
  const run = await resolved.path.command.load();
  const invoke = async () => {
    if (hasRequirements(resolved.path.command, resolved.flags)) {
      await (await import('./daemon-requirements.ts')).checkRequirements(resolved, context.engine);
    }
    return run(context, { flags: resolved.flags, args: resolved.args });
  };
  if (!hooksEnabled(context)) return invoke();
  return (await import('./plugins/plugin-hooks.ts')).withHooks(context, resolved, invoke);
}

function checkLogLevel(level: string): void {
  if (/^(panic|fatal|error|warn|warning|info|debug|trace)$/i.test(level)) return;
  throw new CommandError(`Unable to parse logging level: ${level}`);
}

/** Whether the daemon's version decides on the command or one of its flags. */
function hasRequirements(command: CommandDefinition, flags: ParsedFlags): boolean {
  return [command, ...flags.given()].some(({ apiVersion }) => apiVersion !== undefined);
}

/** What the completion scripts ask; the line is not finished, so that only its global flags are looked at. */
async function complete(words: readonly string[], terminal: Terminal): Promise<number> {
  const { completeWords } = await import('./commands/complete.ts');
  return completeWords(new LazyContext(terminal, globalsOf(words)), words);
}

async function printHelp(
  { path, to }: AskedHelp,
  line: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { commandHelp } = await import('./help/command-help.ts');
  const isRoot = path.words.length === 1;
  const { pluginRows } = await import('./plugins/plugin-rows.ts');
  const folder = configFolder(process.env, globalsOf(line).string('config'));
  const rows = isRoot ? await pluginRows(folder) : [];
  const text = commandHelp(path, terminal.size().columns || 80, rows);
  if (to === 'output') terminal.write(text);
  else terminal.warn(text.trimEnd());
  return 0;
}

/** Has a plug-in do the command at the end of a line, before the words `behind`; undefined when there is none. */
async function foreign(
  context: LazyContext,
  line: readonly string[],
  command: readonly string[],
  behind: readonly string[],
): Promise<number | undefined> {
  const { usePlugin } = await import('./plugins/use-plugin.ts');
  const before = line.slice(0, line.length - behind.length - command.length);
  return usePlugin(context, { command, before, behind });
}

async function notYetHere({ words }: CommandPath): Promise<CommandError> {
  const { laterHint } = await import('./command-table/later-commands.ts');
  const name = words.slice(1);
  return new CommandError(`berth: '${name.join(' ')}' is not implemented yet`, {
    hint: laterHint(name),
  });
}

/** Reads configuration and environment only when a command asks for the daemon. */
class LazyContext implements CliContext {
  readonly terminal: Terminal;
  readonly environment = process.env;
  readonly #globals: ParsedFlags;
  #config: ClientConfig | undefined;
  #endpoint: Endpoint | undefined;
  #engine: EngineClient | undefined;

  constructor(terminal: Terminal, globals: ParsedFlags) {
    this.terminal = terminal;
    this.#globals = globals;
  }

  get config(): ClientConfig {
    this.#config ??= readClientConfig(this.configFolder, ({ message }) =>
      this.terminal.warn(`WARNING: Error loading config file: ${message.replace(/^[^:]*: /, '')}`),
    );
    return this.#config;
  }

  get endpoint(): Endpoint {
    this.#endpoint ??= resolvedEndpoint(this.#endpointSources);
    return this.#endpoint;
  }

  /** What Docker's plug-ins need to find the same daemon: they know nothing of Berth's own ways to name it. */
  get pluginEnvironment(): Readonly<Record<string, string>> {
    const { DOCKER_HOST, BERTH_HOST } = this.environment;
    const named = endpointFlags(this.#globals).host ?? DOCKER_HOST;
    if (BERTH_HOST && endpointFlags(this.#globals).host === undefined) {
      return { DOCKER_HOST: BERTH_HOST };
    }
    return named || this.contextName !== 'default' ? {} : { DOCKER_HOST: defaultHost() };
  }

  get debug(): boolean {
    return this.#globals.boolean('debug') || Boolean(this.environment['DEBUG']);
  }

  get contextName(): string {
    return currentContextName(this.#endpointSources);
  }

  get #endpointSources() {
    return {
      flags: endpointFlags(this.#globals),
      environment: this.environment,
      configFolder: this.configFolder,
      config: this.config,
    };
  }

  get engine(): EngineClient {
    this.#engine ??= createEngineClient({
      ...this.endpoint,
      version: this.environment.DOCKER_API_VERSION?.replace(/^v/, '') || undefined,
      headers: customHeaders(this.environment.DOCKER_CUSTOM_HEADERS, this.config.HttpHeaders),
      userAgent: `Berth-Client/${clientVersion} (linux)`,
    });
    return this.#engine;
  }

  get configFolder(): string {
    return configFolder(this.environment, this.#globals.string('config'));
  }
}

/** Throws CommandError for a context or certificates that cannot be used, in Docker's words. */
function resolvedEndpoint(sources: Parameters<typeof resolveEndpoint>[0]): Endpoint {
  try {
    return resolveEndpoint(sources);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const message = `Failed to initialize: unable to resolve docker endpoint: ${error.message}`;
    throw new CommandError(message, { ...(error.hint ? { hint: error.hint } : {}), cause: error });
  }
}

function endpointFlags(globals: ParsedFlags) {
  const hosts = globals.list('host');
  if (hosts.length > 1) throw new CommandError('specify only one -H');
  const given = (name: string) => (globals.has(name) ? globals.string(name) : undefined);
  return {
    host: hosts[0],
    context: given('context'),
    tls: globals.has('tls') ? globals.boolean('tls') : undefined,
    tlsVerify: globals.has('tlsverify') ? globals.boolean('tlsverify') : undefined,
    tlsCa: given('tlscacert'),
    tlsCert: given('tlscert'),
    tlsKey: given('tlskey'),
  };
}

/** Prints a failure with its hint and returns the exit code. A bug shows its stack. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.warn(error.message);
    return error.exitCode;
  }
  if (error instanceof CommandError) {
    if (error.message !== '') terminal.warn(error.message);
    if (error.hint !== undefined) terminal.warn(hintLine(error.hint, terminal));
    return error.exitCode;
  }
  if (isEngineError(error)) {
    terminal.warn(error.message);
    if (error.hint !== undefined) terminal.warn(hintLine(error.hint, terminal));
    return 1;
  }
  if (error instanceof Error && error.name === 'ApiError') {
    terminal.warn(error.message);
    return 1;
  }
  terminal.warn(`berth: internal error: ${error instanceof Error ? error.stack : String(error)}`);
  return 1;
}
