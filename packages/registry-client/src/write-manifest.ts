import { engineError } from '@berth/errors';
import { type Descriptor, parseDigest, sha256Of } from '@berth/oci';
import { discardBody } from './read-body.ts';
import { manifestTarget } from './read-manifest.ts';
import type { CallOptions } from './registry-client.ts';
import { explained } from './registry-failure.ts';
import { accessTo, type RepositoryContext, repositoryName } from './repository-context.ts';

export interface ManifestToWrite {
  /** A tag, or the digest of the bytes. */
  readonly reference: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** See `RemoteRepository.putManifest`. */
export function writeManifest(
  context: RepositoryContext,
  { reference, mediaType, bytes }: ManifestToWrite,
  { signal }: CallOptions = {},
): Promise<Descriptor> {
  const { registry } = context;
  return explained(context, { kind: 'repository' }, () =>
    registry.walk(
      context.reference.domain,
      { purpose: 'push', ...(signal && { signal }) },
      async (endpoint) => {
        const answer = await registry.send(endpoint, {
          method: 'PUT',
          target: manifestTarget(context, reference),
          headers: { 'content-type': mediaType },
          ...{ body: bytes, access: accessTo(context), signal },
        });
        discardBody(answer);
        const header = answer.headers['docker-content-digest'];
        const stated = parseDigest(typeof header === 'string' ? header : '');
        const digest = parseDigest(reference) ?? sha256Of(bytes);
        if (stated !== undefined && stated !== digest && stated.startsWith('sha256:')) {
          const what = `manifest ${reference} of ${repositoryName(context)}`;
          const names = { what, endpoint: endpoint.name, expected: digest, actual: stated };
          throw engineError('registry.digest-mismatch', names);
        }
        return { mediaType, digest, size: bytes.length };
      },
    ),
  );
}

/** See `RemoteRepository.deleteManifest`. */
export function deleteManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: CallOptions = {},
): Promise<void> {
  const { registry } = context;
  return explained(context, { kind: 'manifest', reference }, () =>
    registry.walk(
      context.reference.domain,
      { purpose: 'push', ...(signal && { signal }) },
      async (endpoint) => {
        const answer = await registry.send(endpoint, {
          method: 'DELETE',
          target: manifestTarget(context, reference),
          access: accessTo({ ...context, access: 'delete' }),
          signal,
        });
        discardBody(answer);
      },
    ),
  );
}
