import { type EngineError, engineError, isEngineError } from '@berth/errors';
import { familiarString, parseDigest } from '@berth/oci';
import { AnswerFailure } from './answer-failure.ts';
import { type RepositoryContext, repositoryName } from './repository-context.ts';

/** What a request was about. */
export type Subject =
  | { readonly kind: 'manifest'; readonly reference: string }
  | { readonly kind: 'blob'; readonly digest: string }
  | { readonly kind: 'repository' };

/**
 * A refusal as the error that a user meets; texts are Docker's. Errors that are no refusals come back as they are.
 */
export function repositoryFailure(
  error: unknown,
  context: RepositoryContext,
  subject: Subject,
): unknown {
  if (!(error instanceof AnswerFailure)) return error;
  const options = { cause: error };
  const { reason } = error;
  const name = repositoryName(context);
  const code = error.entry.code;
  const reading = context.access === 'pull';
  if (code === 'NAME_UNKNOWN') {
    return engineError('registry.repository-unknown', { name, reason }, options);
  }
  if (code === 'DENIED' || error.status === 403) {
    const kind = reading ? 'registry.access-denied' : undefined;
    return kind === undefined
      ? engineError('registry.denied', { reason }, options)
      : engineError(kind, { name, reason }, options);
  }
  if (error.status === 404) return notFound(error, context, subject);
  return generalFailure(error);
}

/** As repositoryFailure, for requests that concern a registry as a whole. */
export function generalFailure(error: unknown): unknown {
  if (!(error instanceof AnswerFailure)) return error;
  const { status, reason, request, statusText, url } = error;
  const options = { cause: error };
  if (status === 401) return engineError('registry.unauthorized', { reason }, options);
  if (status === 403) return engineError('registry.denied', { reason }, options);
  if (status === 429 || error.entry.code === 'TOOMANYREQUESTS') {
    const wait = error.retryAfterMilliseconds;
    const advice = wait === undefined ? '' : ` (try again in ${Math.ceil(wait / 1000)} s)`;
    return engineError('registry.too-many-requests', { reason: reason + advice }, options);
  }
  if (status >= 500 || status < 400) {
    return engineError('registry.server-error', { request, status: statusText }, options);
  }
  if (status === 405 || error.entry.code === 'UNSUPPORTED') {
    return engineError('registry.unsupported', { host: url.host, reason }, options);
  }
  return engineError('registry.rejected', { reason: `${request}: ${reason}` }, options);
}

function notFound(error: AnswerFailure, context: RepositoryContext, subject: Subject): EngineError {
  const options = { cause: error };
  const name = repositoryName(context);
  if (subject.kind === 'manifest') {
    const { reference } = subject;
    const digest = parseDigest(reference);
    const known = { ...context.reference, ...(digest ? { digest } : { tag: reference }) };
    // An answer to HEAD says nothing more than 404.
    const reason =
      error.entry.code === 'MANIFEST_UNKNOWN' ? error.reason : 'manifest unknown: manifest unknown';
    return engineError(
      'registry.manifest-unknown',
      { reference: familiarString(known), reason },
      options,
    );
  }
  if (subject.kind === 'blob') {
    const { reason } = error;
    return engineError('registry.blob-unknown', { digest: subject.digest, name, reason }, options);
  }
  return engineError('registry.repository-unknown', { name, reason: error.reason }, options);
}

/** True when the registry does not have what was asked for. */
export function isUnknown(error: unknown): boolean {
  return (
    isEngineError(error, 'registry.manifest-unknown') ||
    isEngineError(error, 'registry.blob-unknown') ||
    isEngineError(error, 'registry.repository-unknown')
  );
}

/** Runs an operation and turns its refusals into errors for users. */
export async function explained<T>(
  context: RepositoryContext,
  subject: Subject,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw repositoryFailure(error, context, subject);
  }
}
