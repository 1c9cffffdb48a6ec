import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import {
  ContextStore,
  checkNewContextName,
  checkNotDefault,
  type StoredContext,
} from '../contexts/context-store.ts';
import { defaultEndpoint, environmentDescription } from '../contexts/default-context.ts';
import { endpointOf, endpointSettings } from '../contexts/endpoint-settings.ts';

/** `berth context create` */
export async function createContext(
  context: CliContext,
  { flags, args: [name = ''] }: Invocation,
): Promise<number> {
  const store = new ContextStore(context.configFolder);
  checkNewContextName(store, name);
  const settings = flags.map('docker');
  const copied = copiedFrom(context, flags.string('from'), flags.has('docker'));
  const metadata = copied === undefined ? {} : metadataOf(store, copied);
  const { endpoint, tls } =
    copied === undefined
      ? endpointSettings(settings, store, () => defaultEndpoint(context))
      : endpointOf(copied, store, () => defaultEndpoint(context));
  store.write(
    {
      Name: name,
      Metadata: withDescription(metadata, flags.string('description')),
      Endpoints: { docker: endpoint },
    },
    tls,
  );
  return confirm(context, name, 'created');
}

/** `berth context update` */
export async function updateContext(
  context: CliContext,
  { flags, args: [name = ''] }: Invocation,
): Promise<number> {
  const store = new ContextStore(context.configFolder);
  checkNotDefault(name);
  const present = store.read(name);
  const settings = flags.map('docker');
  const changed =
    Object.keys(settings).length === 0
      ? undefined
      : endpointSettings(settings, store, () => defaultEndpoint(context));
  store.write(
    {
      ...present,
      Metadata: flags.has('description')
        ? withDescription(present.Metadata, flags.string('description'))
        : present.Metadata,
      Endpoints:
        changed === undefined
          ? present.Endpoints
          : { ...present.Endpoints, docker: changed.endpoint },
    },
    changed === undefined ? undefined : { ...store.readTls(name), docker: {}, ...changed.tls },
  );
  return confirm(context, name, 'updated');
}

/** Without --docker the new context is a copy: of --from, else of the one in use. */
function copiedFrom(context: CliContext, from: string, configured: boolean): string | undefined {
  if (from !== '') return from;
  return configured ? undefined : context.contextName;
}

function metadataOf(store: ContextStore, name: string): StoredContext['Metadata'] {
  return name === 'default' ? { Description: environmentDescription } : store.read(name).Metadata;
}

function withDescription(
  metadata: StoredContext['Metadata'],
  description: string,
): StoredContext['Metadata'] {
  return description === '' ? metadata : { ...metadata, Description: description };
}

function confirm(context: CliContext, name: string, done: string): number {
  context.terminal.print(name);
  context.terminal.warn(`Successfully ${done} context ${JSON.stringify(name)}`);
  return 0;
}
