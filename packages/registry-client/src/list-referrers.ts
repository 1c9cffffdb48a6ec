import { engineError } from '@berth/errors';
import { type Descriptor, type Digest, decodeIndex, isIndexType } from '@berth/oci';
import { readManifest } from './read-manifest.ts';
import { readPages } from './read-pages.ts';
import type { CallOptions } from './registry-client.ts';
import { isUnknown, repositoryFailure } from './registry-failure.ts';
import { accessTo, type RepositoryContext } from './repository-context.ts';

export interface ReferrersOptions extends CallOptions {
  readonly artifactType?: string;
}

/** See `RemoteRepository.referrers` (distribution-spec, "Listing Referrers"). */
export async function listReferrers(
  context: RepositoryContext,
  digest: Digest,
  options: ReferrersOptions = {},
): Promise<readonly Descriptor[]> {
  const { artifactType } = options;
  const found =
    (await fromApi(context, digest, options)) ?? (await fromTag(context, digest, options));
  // Registries may leave the filter to the client.
  return artifactType === undefined
    ? found
    : found.filter((descriptor) => descriptor.artifactType === artifactType);
}

async function fromApi(
  context: RepositoryContext,
  digest: Digest,
  { signal, artifactType }: ReferrersOptions,
): Promise<Descriptor[] | undefined> {
  const { registry, reference } = context;
  const query = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType })}`;
  try {
    const endpoint = await registry.ownEndpoint(reference.domain);
    const pages = readPages(registry, {
      target: `${reference.path}/referrers/${digest}${query}`,
      ...{ endpoint, access: accessTo(context), signal, what: 'the list of referrers' },
      accepted: [400, 404, 405],
    });
    const found: Descriptor[] = [];
    for await (const { status, document } of pages) {
      if (status >= 300) return undefined;
      found.push(...decoded(Buffer.from(JSON.stringify(document)), reference.domain));
    }
    return found;
  } catch (error) {
    throw repositoryFailure(error, context, { kind: 'manifest', reference: digest });
  }
}

/** Registries without the API keep an index under the tag `sha256-<hex>`. */
async function fromTag(
  context: RepositoryContext,
  digest: Digest,
  { signal }: ReferrersOptions,
): Promise<readonly Descriptor[]> {
  const tag = digest.replace(':', '-').slice(0, 128);
  try {
    const manifest = await readManifest(context, tag, signal === undefined ? {} : { signal });
    if (!isIndexType(manifest.descriptor.mediaType)) return [];
    return decoded(manifest.bytes, context.reference.domain);
  } catch (error) {
    if (isUnknown(error)) return [];
    throw error;
  }
}

function decoded(bytes: Buffer, host: string): readonly Descriptor[] {
  try {
    return decodeIndex(bytes).manifests;
  } catch (error) {
    const reason = `the list of referrers: ${(error as Error).message}`;
    throw engineError('registry.invalid-answer', { request: host, reason }, { cause: error });
  }
}
