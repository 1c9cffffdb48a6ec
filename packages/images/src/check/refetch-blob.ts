import { engineError, isEngineError } from '@berth/errors';
import {
  type Descriptor,
  isIndexType,
  isManifestType,
  parseReference,
  type Reference,
} from '@berth/oci';
import {
  hostOfServerAddress,
  type RegistryAuth,
  type RemoteRepository,
} from '@berth/registry-client';
import type { ImageContext } from '../image-context.ts';
import type { CheckRequest } from '../image-service.ts';

/**
 * Fetches a blob again from the repositories that `names` (full references) are in and puts it in the place of the
 * damaged one. Fails with the last registry's error.
 */
export async function refetchBlob(
  context: ImageContext,
  descriptor: Descriptor,
  names: readonly string[],
  request: CheckRequest,
): Promise<void> {
  if (names.length === 0) {
    throw engineError('images.no-registry', { digest: descriptor.digest });
  }
  let failure: unknown;
  for (const name of names) {
    request.signal?.throwIfAborted();
    const reference = parseReference(name);
    const auth = loginFor(reference, request.logins ?? {});
    const repository = context.registry.repository(reference, auth === undefined ? {} : { auth });
    try {
      return await fetchFrom(context, repository, descriptor, request.signal);
    } catch (error) {
      if (!isEngineError(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function fetchFrom(
  context: ImageContext,
  repository: RemoteRepository,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { digest, size, mediaType } = descriptor;
  const options = signal === undefined ? {} : { signal };
  await using writer = await context.content.createWriter();
  if (isIndexType(mediaType) || isManifestType(mediaType)) {
    await writer.write((await repository.manifest(digest, options)).bytes);
  } else {
    const { body } = await repository.openBlob(descriptor, options);
    for await (const chunk of body) await writer.write(chunk as Buffer);
  }
  await writer.commit({ digest, size, replace: true });
}

function loginFor(
  { domain }: Reference,
  logins: Readonly<Record<string, RegistryAuth>>,
): RegistryAuth | undefined {
  const found = Object.entries(logins).find(([server]) => hostOfServerAddress(server) === domain);
  return found?.[1];
}
