import { readPages, textsOf } from './read-pages.ts';
import type { AuthenticatedOptions } from './registry-client.ts';
import type { RegistryContext } from './registry-context.ts';
import { generalFailure } from './registry-failure.ts';

const pageSize = 1000;

/** See `RegistryClient.catalog`. */
export async function* listCatalog(
  registry: RegistryContext,
  host: string,
  { auth = {}, signal }: AuthenticatedOptions = {},
): AsyncGenerator<string> {
  try {
    const endpoint = await registry.ownEndpoint(host);
    const pages = readPages(registry, {
      ...{ endpoint, signal, target: `_catalog?n=${pageSize}`, what: 'the catalog' },
      access: { auth, scopes: ['registry:catalog:*'] },
    });
    for await (const { document } of pages) yield* textsOf(document['repositories']);
  } catch (error) {
    throw generalFailure(error);
  }
}
