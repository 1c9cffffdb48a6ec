import { type Digest, parseReference, type Reference, repositoryOf } from '@berth/oci';
import type { ImageContext } from '../image-context.ts';
import { isDangling } from '../image-record.ts';

/** A registry is asked so often at most before the blob is sent. */
const sourcesLimit = 3;

/**
 * Repositories of the same registry that probably have a blob: those under whose names it is known here.
 * Only a guess, since a name may never have been pushed.
 */
export async function mountSources(
  context: ImageContext,
  target: Reference,
): Promise<ReadonlyMap<Digest, readonly Reference[]>> {
  const sources = new Map<Digest, Map<string, Reference>>();
  for (const record of context.records.all()) {
    if (isDangling(record)) continue;
    const repository = repositoryOf(parseReference(record.name));
    if (repository.domain !== target.domain || repository.path === target.path) continue;
    for (const { digest } of await context.graph.blobs(record.target)) {
      const known = sources.get(digest) ?? new Map<string, Reference>();
      if (known.size < sourcesLimit) sources.set(digest, known.set(repository.path, repository));
    }
  }
  return new Map([...sources].map(([digest, known]) => [digest, [...known.values()]]));
}
