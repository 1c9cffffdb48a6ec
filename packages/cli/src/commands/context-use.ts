import { updateClientConfig } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { ContextStore } from '../contexts/context-store.ts';
import { CommandError } from '../usage-error.ts';
import { overridingVariable } from './context-list.ts';

/** `berth context use` */
export async function useContext(
  context: CliContext,
  { args: [name = ''] }: Invocation,
): Promise<number> {
  if (name !== 'default') new ContextStore(context.configFolder).read(name);
  setCurrentContext(context, name);
  context.terminal.print(name);
  context.terminal.warn(`Current context is now ${JSON.stringify(name)}`);
  const variable = overridingVariable(context);
  if (name !== 'default' && variable !== undefined) {
    context.terminal.warn(
      `Warning: ${variable} environment variable overrides the active context. To use ${JSON.stringify(name)}, either set the global --context flag, or unset ${variable} environment variable.`,
    );
  }
  return 0;
}

/** `berth context rm`: every context that can be removed is; the others are told of. */
export async function removeContexts(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const store = new ContextStore(context.configFolder);
  const failures: string[] = [];
  for (const name of args) {
    const refusal = removalRefusal(context, store, name, flags.boolean('force'));
    if (refusal !== undefined) {
      failures.push(refusal);
      continue;
    }
    store.remove(name);
    if (context.config.currentContext === name) setCurrentContext(context, 'default');
    context.terminal.print(name);
  }
  if (failures.length > 0) throw new CommandError(failures.join('\n'));
  return 0;
}

function removalRefusal(
  context: CliContext,
  store: ContextStore,
  name: string,
  force: boolean,
): string | undefined {
  const quoted = JSON.stringify(name);
  if (name === 'default') return 'context "default" cannot be removed';
  if (!store.has(name)) return force ? undefined : `context ${quoted} does not exist`;
  if (force || context.contextName !== name) return undefined;
  return `context ${quoted} is in use, set -f flag to force remove`;
}

function setCurrentContext(context: CliContext, name: string): void {
  updateClientConfig(context.configFolder, ({ currentContext: _, ...config }) =>
    name === 'default' ? config : { ...config, currentContext: name },
  );
}
