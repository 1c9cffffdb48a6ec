import { Readable } from 'node:stream';
import type { Descriptor, Digest, Reference } from '@berth/oci';
import { AnswerFailure } from './answer-failure.ts';
import { discardBody } from './read-body.ts';
import type { BlobSource, CallOptions, UploadOptions, UploadOutcome } from './registry-client.ts';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { explained } from './registry-failure.ts';
import { accessTo, type RepositoryContext } from './repository-context.ts';
import { isTransient, pauseBeforeRetry } from './retry.ts';
import {
  cancelUpload,
  completionUrl,
  endOfRange,
  locationOf,
  nextLocation,
  startUpload,
  type UploadSession,
  uploadedBytes,
} from './upload-session.ts';

/** Up to this size a blob goes with the request that completes its upload. */
const monolithicLimit = 4 * 1024 * 1024;
/** Used after a registry or a proxy before it refused a larger request. */
const smallChunk = 8 * 1024 * 1024;
/** An attempt that brought this much does not count. */
const progressBytes = 1024 * 1024;

const sessionErrors = new Set([
  'BLOB_UPLOAD_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'RANGE_INVALID',
]);

/** See `RemoteRepository.uploadBlob`. */
export async function uploadBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  source: BlobSource,
  options: UploadOptions = {},
): Promise<UploadOutcome> {
  const { digest } = descriptor;
  const { signal, mountFrom = [] } = options;
  const call = signal === undefined ? {} : { signal };
  if (await hasBlob(context, digest, call)) return { kind: 'exists' };
  for (const from of mountFrom) {
    if (await mountBlob(context, digest, from, call)) return { kind: 'mounted', from };
  }
  await explained(context, { kind: 'repository' }, () =>
    new BlobUpload(context, descriptor, source, options).run(),
  );
  return { kind: 'uploaded' };
}

export function hasBlob(
  context: RepositoryContext,
  digest: Digest,
  { signal }: CallOptions = {},
): Promise<boolean> {
  return explained(context, { kind: 'blob', digest }, () =>
    onOwnEndpoint(context, signal, async (endpoint) => {
      const answer = await context.registry.send(endpoint, {
        method: 'HEAD',
        target: `${context.reference.path}/blobs/${digest}`,
        ...{ access: accessTo(context), signal, accepted: [404] },
      });
      discardBody(answer);
      return answer.status !== 404;
    }),
  );
}

/** See `RemoteRepository.mountBlob`. What a registry says against it is no failure: the blob is then uploaded. */
export function mountBlob(
  context: RepositoryContext,
  digest: Digest,
  from: Reference,
  { signal }: CallOptions = {},
): Promise<boolean> {
  if (from.domain !== context.reference.domain) return Promise.resolve(false);
  const query = new URLSearchParams({ mount: digest, from: from.path });
  return explained(context, { kind: 'repository' }, () =>
    onOwnEndpoint(context, signal, async (endpoint) => {
      const answer = await context.registry.send(endpoint, {
        method: 'POST',
        target: `${context.reference.path}/blobs/uploads/?${query}`,
        ...{ access: accessTo(context, [from]), signal, accepted: [400, 401, 403, 404, 405] },
      });
      discardBody(answer);
      // An upload was begun instead of the mount: it is not used, so that both ways stay apart.
      if (answer.status === 202) {
        await cancelUpload(context, { endpoint, location: locationOf(answer) });
      }
      return answer.status === 201;
    }),
  );
}

function onOwnEndpoint<T>(
  { registry, reference }: RepositoryContext,
  signal: AbortSignal | undefined,
  action: (endpoint: RegistryEndpoint) => Promise<T>,
): Promise<T> {
  return registry.walk(reference.domain, { purpose: 'push', ...(signal && { signal }) }, action);
}

/** An upload that goes on after interruptions. */
class BlobUpload {
  readonly #context: RepositoryContext;
  readonly #descriptor: Descriptor;
  readonly #source: BlobSource;
  readonly #options: UploadOptions;
  #session: UploadSession | undefined;
  /** Bytes that the registry has. */
  #position = 0;
  /** The whole rest at once, until somebody refuses that. */
  #chunk = Number.POSITIVE_INFINITY;

  constructor(
    context: RepositoryContext,
    descriptor: Descriptor,
    source: BlobSource,
    options: UploadOptions,
  ) {
    this.#context = context;
    this.#descriptor = descriptor;
    this.#source = source;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    let attempt = 1;
    let counted = 0;
    for (;;) {
      try {
        if (attempt > 1 && (await this.#isThere())) return;
        return await this.#attempt();
      } catch (error) {
        signal?.throwIfAborted();
        if (this.#position - counted >= progressBytes) attempt = 1;
        counted = this.#position;
        await this.#recover(error, attempt);
        attempt += 1;
      }
    }
  }

  async #attempt(): Promise<void> {
    const { signal } = this.#options;
    if (this.#session !== undefined) {
      const known = await uploadedBytes(this.#context, this.#session, signal);
      this.#session = known?.session;
      this.#position = known?.position ?? 0;
    }
    if (this.#session === undefined) {
      this.#position = 0;
      this.#session = await onOwnEndpoint(this.#context, signal, (endpoint) =>
        startUpload(this.#context, endpoint, signal),
      );
    }
    const { size } = this.#descriptor;
    const whole = this.#position === 0 && size <= Math.min(monolithicLimit, this.#chunk);
    if (!whole) while (this.#position < size) await this.#sendChunk(this.#session);
    await this.#complete(this.#session, whole);
  }

  async #sendChunk(session: UploadSession): Promise<void> {
    const start = this.#position;
    const length = Math.min(this.#chunk, this.#descriptor.size - start);
    const answer = await this.#send(session, {
      method: 'PATCH',
      target: session.location,
      headers: { 'content-range': `${start}-${start + length - 1}` },
      length,
    });
    const location = nextLocation(answer, session.location);
    this.#session = { endpoint: session.endpoint, location };
    const reached = endOfRange(answer);
    // Some registries do not say how far they came; then it is all that they were sent.
    this.#position = reached > start && reached <= start + length ? reached : start + length;
  }

  async #complete(session: UploadSession, whole: boolean): Promise<void> {
    const current = this.#session ?? session;
    await this.#send(current, {
      method: 'PUT',
      target: completionUrl(current, this.#descriptor.digest),
      headers: {},
      length: whole ? this.#descriptor.size : 0,
    });
    this.#options.onProgress?.(this.#descriptor.size);
  }

  async #send(
    { endpoint }: UploadSession,
    request: {
      readonly method: 'PATCH' | 'PUT';
      readonly target: URL;
      readonly headers: Readonly<Record<string, string>>;
      readonly length: number;
    },
  ) {
    const { registry } = this.#context;
    const { signal, onProgress } = this.#options;
    const { method, target, length } = request;
    const start = this.#position;
    const stream = length === 0 ? undefined : await this.#source(start);
    try {
      const answer = await registry.send(endpoint, {
        ...{ method, target, signal, lane: 'upload', access: accessTo(this.#context) },
        headers: { ...request.headers, 'content-type': 'application/octet-stream' },
        ...(method === 'PUT' ? { timeouts: { head: registry.timeouts.commit } } : {}),
        ...(stream === undefined
          ? {}
          : {
              body: {
                stream:
                  length < this.#descriptor.size - start ? firstBytes(stream, length) : stream,
                length,
                onSent: (sent: number) => onProgress?.(start + sent),
              },
            }),
      });
      discardBody(answer);
      return answer;
    } finally {
      stream?.destroy();
    }
  }

  #isThere(): Promise<boolean> {
    const { signal } = this.#options;
    return hasBlob(this.#context, this.#descriptor.digest, signal === undefined ? {} : { signal });
  }

  async #recover(error: unknown, attempt: number): Promise<void> {
    const { registry } = this.#context;
    let repeatable = isTransient(error);
    if (error instanceof AnswerFailure) {
      const { status, entry } = error;
      if (sessionErrors.has(entry.code) || status === 404 || status === 416) {
        this.#session = undefined;
        repeatable = true;
      } else if (status === 413 && this.#chunk > smallChunk) {
        this.#chunk = smallChunk;
        this.#session = undefined;
        repeatable = true;
      } else if (status === 401) {
        // The token ended while a body was on its way; a new one is there already.
        repeatable = attempt === 1;
      }
    }
    if (!repeatable || attempt >= registry.attempts) {
      if (this.#session !== undefined) await cancelUpload(this.#context, this.#session);
      throw error;
    }
    await pauseBeforeRetry(error as Error, attempt, {
      ...{ attempts: registry.attempts, pause: registry.pause },
      ...{ signal: this.#options.signal, onRetry: this.#options.onRetry },
    });
  }
}

function firstBytes(stream: Readable, length: number): Readable {
  return Readable.from(take(stream, length), { objectMode: false });
}

async function* take(stream: Readable, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of stream) {
    const bytes = (chunk as Buffer).subarray(0, left);
    left -= bytes.length;
    yield bytes;
    if (left === 0) return;
  }
}
