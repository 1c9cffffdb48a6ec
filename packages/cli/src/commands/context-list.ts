import { currentContextName } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { ContextStore, type StoredContext } from '../contexts/context-store.ts';
import { defaultHostOf, environmentDescription } from '../contexts/default-context.ts';
import { type ContextRow, contextView } from '../format/context-view.ts';
import { chosenFormat, printList } from './list-command.ts';

/** `berth context ls` */
export async function listContexts(context: CliContext, { flags }: Invocation): Promise<number> {
  const store = new ContextStore(context.configFolder);
  const current = context.contextName;
  const rows = [...store.list().map((it) => storedRow(it, current)), defaultRow(context, current)];
  if (current !== 'default' && !store.has(current)) rows.push(missingRow(store, current));
  rows.sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const format = chosenFormat(context, flags, {
    table:
      'table {{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}',
    quiet: '{{.Name}}',
  });
  await printList(context, contextView, rows, format);
  warnOfOverride(context);
  return 0;
}

/** `berth context show` */
export async function showContext(context: CliContext): Promise<number> {
  context.terminal.print(context.contextName);
  return 0;
}

function storedRow(stored: StoredContext, current: string): ContextRow {
  return {
    Name: stored.Name,
    Description: stored.Metadata.Description ?? '',
    DockerEndpoint: stored.Endpoints.docker?.Host ?? '',
    Current: stored.Name === current,
    Error: '',
  };
}

function defaultRow(context: CliContext, current: string): ContextRow {
  return {
    Name: 'default',
    Description: environmentDescription,
    DockerEndpoint: defaultHostOf(context),
    Current: current === 'default',
    Error: '',
  };
}

/** A context in use that is not there is shown with the reason. */
function missingRow(store: ContextStore, name: string): ContextRow {
  let reason = '';
  try {
    store.read(name);
  } catch (error) {
    reason = (error as Error).message;
  }
  return { Name: name, Description: '', DockerEndpoint: '', Current: true, Error: reason };
}

function warnOfOverride(context: CliContext): void {
  const variable = overridingVariable(context);
  if (variable === undefined) return;
  const configured = currentContextName({
    flags: {},
    environment: {},
    configFolder: context.configFolder,
    config: context.config,
  });
  if (configured === 'default') return;
  context.terminal.warn(
    `Warning: ${variable} environment variable overrides the active context. To use a context, either set the global --context flag, or unset ${variable} environment variable.`,
  );
}

/** The variable that names the daemon whatever context is in use. */
export function overridingVariable(context: CliContext): string | undefined {
  return ['BERTH_HOST', 'DOCKER_HOST'].find((name) => context.environment[name]);
}
