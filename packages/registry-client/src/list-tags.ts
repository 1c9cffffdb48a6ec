import { readPages, textsOf } from './read-pages.ts';
import type { TagsOptions } from './registry-client.ts';
import { repositoryFailure } from './registry-failure.ts';
import { accessTo, type RepositoryContext } from './repository-context.ts';

const tagPattern = /^\w[\w.-]{0,127}$/;

/** See `RemoteRepository.tags`. Names that can be no tags are left out. */
export async function* listTags(
  context: RepositoryContext,
  { pageSize = 1000, signal }: TagsOptions = {},
): AsyncGenerator<string> {
  const { registry, reference } = context;
  try {
    const endpoint = await registry.ownEndpoint(reference.domain);
    const target = `${reference.path}/tags/list?n=${pageSize}`;
    const request = {
      endpoint,
      target,
      access: accessTo(context),
      what: 'the list of tags',
      signal,
    };
    for await (const { document } of readPages(registry, request)) {
      for (const tag of textsOf(document['tags'])) if (tagPattern.test(tag)) yield tag;
    }
  } catch (error) {
    throw repositoryFailure(error, context, { kind: 'repository' });
  }
}
