import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { ContextStore, type TlsMaterial } from '../contexts/context-store.ts';
import { defaultEndpoint } from '../contexts/default-context.ts';
import { inspectEach } from './inspect-each.ts';

/** `berth context inspect`; without names the context in use. */
export function inspectContexts(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const names = args.length === 0 ? [context.contextName] : args;
  const store = new ContextStore(context.configFolder);
  return inspectEach(context, { flags, args: names }, async (name) => ({
    kind: 'context',
    json: goJsonText(name === 'default' ? inspectDefault(context) : inspectStored(store, name)),
  }));
}

function inspectStored(store: ContextStore, name: string) {
  const { Name, Metadata, Endpoints } = store.read(name);
  const { metadata, tls } = store.folders(name);
  return {
    Name,
    Metadata,
    Endpoints,
    TLSMaterial: fileNames(store.readTls(name)),
    Storage: { MetadataPath: metadata, TLSPath: tls },
  };
}

function inspectDefault(context: CliContext) {
  const { endpoint, tls } = defaultEndpoint(context);
  return {
    Name: 'default',
    Metadata: {},
    Endpoints: { docker: endpoint },
    TLSMaterial: fileNames(tls),
    Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
  };
}

function fileNames(tls: TlsMaterial): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(tls).map(([endpoint, files]) => [endpoint, Object.keys(files).sort()]),
  );
}

/** JSON as Go's default encoder writes it, with the characters of HTML escaped. */
function goJsonText(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}
