import { engineError } from '@berth/errors';
import type { Digest } from '@berth/oci';
import type { HttpAnswer } from './http-exchange.ts';
import { discardBody } from './read-body.ts';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { accessTo, type RepositoryContext } from './repository-context.ts';

export interface UploadSession {
  readonly endpoint: RegistryEndpoint;
  readonly location: URL;
}

/** Begins an upload (distribution-spec, "Pushing blobs"). */
export async function startUpload(
  context: RepositoryContext,
  endpoint: RegistryEndpoint,
  signal: AbortSignal | undefined,
): Promise<UploadSession> {
  const answer = await context.registry.send(endpoint, {
    method: 'POST',
    target: `${context.reference.path}/blobs/uploads/`,
    ...{ access: accessTo(context), signal },
  });
  discardBody(answer);
  return { endpoint, location: locationOf(answer) };
}

/** Bytes that the registry has of an upload, or undefined when it knows nothing of it. */
export async function uploadedBytes(
  context: RepositoryContext,
  { endpoint, location }: UploadSession,
  signal: AbortSignal | undefined,
): Promise<{ readonly session: UploadSession; readonly position: number } | undefined> {
  const answer = await context.registry.send(endpoint, {
    method: 'GET',
    ...{ target: location, access: accessTo(context), signal },
    accepted: [400, 404, 405],
  });
  discardBody(answer);
  if (answer.status >= 300) return undefined;
  const session = { endpoint, location: nextLocation(answer, location) };
  return { session, position: endOfRange(answer) };
}

/** Gives up an upload; that it fails is no harm: registries collect what is left behind. */
export async function cancelUpload(
  context: RepositoryContext,
  { endpoint, location }: UploadSession,
): Promise<void> {
  try {
    const request = { method: 'DELETE', target: location, access: accessTo(context) } as const;
    discardBody(await context.registry.send(endpoint, request));
  } catch {
    // Nothing more can be done.
  }
}

/** Where an answer says that the upload goes on. */
export function nextLocation(answer: HttpAnswer, current: URL): URL {
  return answer.headers.location === undefined ? current : locationOf(answer);
}

/** The URL that completes an upload. */
export function completionUrl({ location }: UploadSession, digest: Digest): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

/** `Range: 0-99` is a hundred bytes; `0-0` is what distribution says of none. */
export function endOfRange({ headers }: HttpAnswer): number {
  const match = /^(?:bytes=)?0-(\d+)$/.exec(typeof headers.range === 'string' ? headers.range : '');
  const last = match === null ? 0 : Number(match[1]);
  return last === 0 || !Number.isSafeInteger(last) ? 0 : last + 1;
}

export function locationOf({ headers, url, method }: HttpAnswer): URL {
  const { location } = headers;
  const found =
    location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (found !== undefined && /^https?:$/.test(found.protocol)) return found;
  const request = `${method} "${url.origin}${url.pathname}"`;
  const reason = 'there is no usable Location in it';
  throw engineError('registry.invalid-answer', { request, reason });
}
