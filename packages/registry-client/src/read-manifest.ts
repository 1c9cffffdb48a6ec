import { createHash } from 'node:crypto';
import { engineError } from '@berth/errors';
import { algorithmOf, type Descriptor, type Digest, mediaTypes, parseDigest } from '@berth/oci';
import type { HttpAnswer } from './http-exchange.ts';
import { discardBody, readBody } from './read-body.ts';
import type { CallOptions, RemoteManifest } from './registry-client.ts';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { explained } from './registry-failure.ts';
import { accessTo, type RepositoryContext, repositoryName } from './repository-context.ts';

/** As large as registries accept (distribution-spec: at least 4 MiB). */
export const manifestLimit = 4 * 1024 * 1024;

/** Schema 1 is asked for so that it can be refused by name. */
const accept = [
  mediaTypes.ociIndex,
  mediaTypes.dockerManifestList,
  mediaTypes.ociManifest,
  mediaTypes.dockerManifest,
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.5',
  'application/vnd.docker.distribution.manifest.v1+json;q=0.4',
].join(', ');

export function readManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: CallOptions = {},
): Promise<RemoteManifest> {
  const { registry } = context;
  const purpose = parseDigest(reference) === undefined ? 'resolve' : 'pull';
  return explained(context, { kind: 'manifest', reference }, () =>
    registry.walk(context.reference.domain, { purpose, ...(signal && { signal }) }, (endpoint) =>
      manifestFrom(context, endpoint, reference, signal),
    ),
  );
}

/** HEAD first; GET when it is refused or says too little. */
export function resolveManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: CallOptions = {},
): Promise<Descriptor> {
  const { registry } = context;
  return explained(context, { kind: 'manifest', reference }, () =>
    registry.walk(
      context.reference.domain,
      { purpose: 'resolve', ...(signal && { signal }) },
      async (endpoint) => {
        const answer = await registry.send(endpoint, {
          method: 'HEAD',
          target: manifestTarget(context, reference),
          headers: { accept },
          access: accessTo(context),
          signal,
          accepted: [400, 403, 404, 405, 501],
        });
        discardBody(answer);
        const found = answer.status === 200 ? descriptorOfHead(answer, reference) : undefined;
        return found ?? (await manifestFrom(context, endpoint, reference, signal)).descriptor;
      },
    ),
  );
}

export function manifestTarget({ reference: { path } }: RepositoryContext, reference: string) {
  return `${path}/manifests/${encodeURIComponent(reference).replaceAll('%3A', ':')}`;
}

async function manifestFrom(
  context: RepositoryContext,
  endpoint: RegistryEndpoint,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<RemoteManifest> {
  const { registry } = context;
  const request = { method: 'GET', target: manifestTarget(context, reference) } as const;
  const answer = await registry.send(endpoint, {
    ...request,
    ...{ headers: { accept }, access: accessTo(context), signal },
  });
  const what = `manifest ${reference} of ${repositoryName(context)}`;
  const { idle } = registry.timeouts;
  const read = { request: { method: 'GET', url: answer.url }, what, limit: manifestLimit } as const;
  const bytes = await readBody(answer, { ...read, idle, signal });
  const digest = checkedDigest(bytes, reference, answer, { what, endpoint: endpoint.name });
  const mediaType = mediaTypeOf(answer, bytes);
  return {
    descriptor: { mediaType, digest, size: bytes.length },
    bytes,
    endpoint: endpoint.name,
  };
}

/** What was asked for by digest must have it; for a tag the registry's own header is held against the bytes. */
function checkedDigest(
  bytes: Buffer,
  reference: string,
  answer: HttpAnswer,
  names: { readonly what: string; readonly endpoint: string },
): Digest {
  const stated = answer.headers['docker-content-digest'];
  const expected = parseDigest(reference) ?? parseDigest(typeof stated === 'string' ? stated : '');
  const algorithm = expected === undefined ? 'sha256' : algorithmOf(expected);
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
  if (expected !== undefined && expected !== actual) {
    throw engineError('registry.digest-mismatch', { ...names, expected, actual });
  }
  return actual;
}

function descriptorOfHead({ headers }: HttpAnswer, reference: string): Descriptor | undefined {
  const stated = headers['docker-content-digest'];
  const digest = parseDigest(typeof stated === 'string' ? stated : '');
  const size = Number(headers['content-length'] ?? Number.NaN);
  const mediaType = plainType(headers['content-type']);
  const wanted = parseDigest(reference);
  if (digest === undefined || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (mediaType === undefined || (wanted !== undefined && wanted !== digest)) return undefined;
  return { mediaType, digest, size };
}

/** The declared type; for registries that declare none, what the document says or looks like. */
function mediaTypeOf({ headers }: HttpAnswer, bytes: Buffer): string {
  const declared = plainType(headers['content-type']);
  if (declared !== undefined) return declared;
  try {
    const document = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (typeof document['mediaType'] === 'string') return document['mediaType'];
    if (document['schemaVersion'] === 1) {
      return 'application/vnd.docker.distribution.manifest.v1+json';
    }
    return Array.isArray(document['manifests']) ? mediaTypes.ociIndex : mediaTypes.ociManifest;
  } catch {
    return 'application/octet-stream';
  }
}

function plainType(header: string | undefined): string | undefined {
  const type = header?.split(';')[0]?.trim().toLowerCase();
  const general = type === '' || type === 'application/json' || type === 'text/plain';
  return general || type === 'application/octet-stream' ? undefined : type;
}
