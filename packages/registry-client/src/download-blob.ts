import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { algorithmOf, type Descriptor, type Digest } from '@berth/oci';
import type { HttpAnswer } from './http-exchange.ts';
import { bodyChunks } from './read-body.ts';
import type { CallOptions, OpenBlobOptions, RemoteBlob } from './registry-client.ts';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { explained, repositoryFailure } from './registry-failure.ts';
import { accessTo, type RepositoryContext, repositoryName } from './repository-context.ts';
import { isTransient, pauseBeforeRetry } from './retry.ts';

/** An attempt that brought this much is no failed one: it does not count against `downloadAttempts`. */
const progressBytes = 1024 * 1024;
const smallBlobLimit = 8 * 1024 * 1024;

interface OpenedBlob {
  readonly endpoint: RegistryEndpoint;
  readonly answer: HttpAnswer;
  /** Position of the first byte of the body. */
  readonly start: number;
}

/** See `RemoteRepository.openBlob`. */
export async function openBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  options: OpenBlobOptions = {},
): Promise<RemoteBlob> {
  const download = new BlobDownload(context, descriptor, options);
  await download.open();
  const body = Readable.from(download.chunks(), { objectMode: false });
  body.once('close', () => download.close());
  return { body, endpoint: () => download.endpoint };
}

/** See `RemoteRepository.blob`. */
export function readSmallBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  { signal }: CallOptions = {},
): Promise<Buffer> {
  const what = blobName(context, descriptor);
  const { digest, size } = descriptor;
  return explained(context, { kind: 'blob', digest }, () =>
    context.registry.walk(
      context.reference.domain,
      { purpose: 'pull', ...(signal && { signal }) },
      async (endpoint) => {
        if (size > smallBlobLimit) {
          const limit = smallBlobLimit;
          throw engineError('registry.document-too-large', {
            what,
            endpoint: endpoint.name,
            limit,
          });
        }
        const opened = await requestBlob(context, descriptor, endpoint, { offset: 0, signal });
        const chunks: Buffer[] = [];
        for await (const chunk of limitedChunks(context, descriptor, opened, signal))
          chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        checkBlob(bytes, descriptor, { what, endpoint: endpoint.name });
        return bytes;
      },
    ),
  );
}

/** A download that goes on after interruptions. */
class BlobDownload {
  readonly #context: RepositoryContext;
  readonly #descriptor: Descriptor;
  readonly #options: OpenBlobOptions;
  readonly #cancel = new AbortController();
  readonly #signal: AbortSignal;
  #position: number;
  #opened: OpenedBlob | undefined;
  #endpoint = '';

  constructor(context: RepositoryContext, descriptor: Descriptor, options: OpenBlobOptions) {
    this.#context = context;
    this.#descriptor = descriptor;
    this.#options = options;
    this.#position = options.offset ?? 0;
    const { signal } = options;
    this.#signal = signal ? AbortSignal.any([signal, this.#cancel.signal]) : this.#cancel.signal;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  async open(): Promise<void> {
    const { avoid, onRetry } = this.#options;
    const { digest } = this.#descriptor;
    this.#opened = await explained(this.#context, { kind: 'blob', digest }, () =>
      this.#connect(avoid ?? [], { ...(onRetry && { onRetry }) }),
    );
  }

  close(): void {
    this.#cancel.abort(new Error('the download was closed'));
    this.#opened?.answer.body.destroy();
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const { size } = this.#descriptor;
    let attempt = 1;
    let counted = this.#position;
    while (this.#position < size) {
      try {
        yield* this.#rest();
      } catch (error) {
        this.#signal.throwIfAborted();
        if (this.#position - counted >= progressBytes) attempt = 1;
        counted = this.#position;
        await this.#recover(error, attempt);
        attempt += 1;
      }
    }
  }

  /** What the open answer still has to give. */
  async *#rest(): AsyncGenerator<Buffer> {
    const opened = this.#opened ?? (await this.#connect([...this.#suspects()], { attempts: 1 }));
    this.#opened = undefined;
    const chunks = limitedChunks(this.#context, this.#descriptor, opened, this.#signal);
    let skip = this.#position - opened.start;
    for await (const chunk of chunks) {
      const useful = skip > 0 ? chunk.subarray(skip) : chunk;
      skip = Math.max(0, skip - chunk.length);
      if (useful.length === 0) continue;
      this.#position += useful.length;
      yield useful;
    }
  }

  /** Waits before the next attempt, or throws when there is none. */
  async #recover(error: unknown, attempt: number): Promise<void> {
    const { registry } = this.#context;
    const unreachable = (error as { code?: string }).code === 'registry.unreachable';
    // A registry that restarts refuses connections for a moment; it did serve us.
    if ((!isTransient(error) && !unreachable) || attempt >= registry.attempts) {
      throw repositoryFailure(error, this.#context, {
        kind: 'blob',
        digest: this.#descriptor.digest,
      });
    }
    await pauseBeforeRetry(error as Error, attempt, {
      ...{ attempts: registry.attempts, pause: registry.pause, signal: this.#signal },
      onRetry: this.#options.onRetry,
    });
  }

  /** The endpoint that failed last is asked after the others. */
  #suspects(): readonly string[] {
    const avoid = this.#options.avoid ?? [];
    return this.#endpoint === '' ? avoid : [this.#endpoint, ...avoid];
  }

  async #connect(
    avoid: readonly string[],
    options: Pick<OpenBlobOptions, 'onRetry'> & { readonly attempts?: number },
  ): Promise<OpenedBlob> {
    const { registry, reference } = this.#context;
    const opened = await registry.walk(
      reference.domain,
      { ...options, purpose: 'pull', avoid, signal: this.#signal },
      (endpoint) =>
        requestBlob(this.#context, this.#descriptor, endpoint, {
          ...{ offset: this.#position, signal: this.#signal },
        }),
    );
    this.#endpoint = opened.endpoint.name;
    return opened;
  }
}

async function requestBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  endpoint: RegistryEndpoint,
  { offset, signal }: { readonly offset: number; readonly signal: AbortSignal | undefined },
): Promise<OpenedBlob> {
  const answer = await context.registry.send(endpoint, {
    method: 'GET',
    target: `${context.reference.path}/blobs/${descriptor.digest}`,
    headers: {
      // A proxy must not change the encoding: digests are over the stored bytes.
      'accept-encoding': 'identity',
      ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
    },
    ...{ lane: 'download', access: accessTo(context), signal },
    // A registry that does not like the range is asked for everything.
    ...(offset > 0 ? { accepted: [416] } : {}),
  });
  if (answer.status === 416) {
    answer.body.destroy();
    return requestBlob(context, descriptor, endpoint, { offset: 0, signal });
  }
  const start = startOf(answer, offset);
  checkAnnounced(context, descriptor, { endpoint, answer, start });
  return { endpoint, answer, start };
}

/** Where the body begins: 206 says it, anything else is the whole blob. */
function startOf(answer: HttpAnswer, offset: number): number {
  if (answer.status !== 206) return 0;
  const match = /^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '');
  const start = match === null ? offset : Number(match[1]);
  if (start <= offset) return start;
  answer.body.destroy();
  const reason = `the range begins at ${start} instead of ${offset}`;
  const request = `Get "${answer.url.origin}${answer.url.pathname}"`;
  throw engineError('registry.invalid-answer', { request, reason });
}

function checkAnnounced(
  context: RepositoryContext,
  descriptor: Descriptor,
  { endpoint, answer, start }: OpenedBlob,
): void {
  const announced = answer.headers['content-length'];
  if (announced === undefined || Number(announced) === descriptor.size - start) return;
  answer.body.destroy();
  throw wrongSize(context, descriptor, endpoint.name, start + Number(announced));
}

/** The chunks of an answer; fails when there are more or fewer bytes than the descriptor says. */
async function* limitedChunks(
  context: RepositoryContext,
  descriptor: Descriptor,
  { endpoint, answer, start }: OpenedBlob,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const { idle } = context.registry.timeouts;
  const request = { method: 'GET', url: answer.url } as const;
  let position = start;
  for await (const chunk of bodyChunks(answer, { request, idle, signal })) {
    position += chunk.length;
    if (position > descriptor.size) {
      throw wrongSize(context, descriptor, endpoint.name, position);
    }
    yield chunk;
  }
  if (position < descriptor.size) throw wrongSize(context, descriptor, endpoint.name, position);
}

function checkBlob(
  bytes: Buffer,
  { digest }: Descriptor,
  names: { readonly what: string; readonly endpoint: string },
): void {
  const algorithm = algorithmOf(digest);
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
  if (actual !== digest) {
    throw engineError('registry.digest-mismatch', { ...names, expected: digest, actual });
  }
}

function wrongSize(
  context: RepositoryContext,
  descriptor: Descriptor,
  endpoint: string,
  actual: number,
): Error {
  const what = blobName(context, descriptor);
  return engineError('registry.size-mismatch', {
    what,
    endpoint,
    actual,
    expected: descriptor.size,
  });
}

function blobName(context: RepositoryContext, { digest }: Descriptor): string {
  return `${digest} of ${repositoryName(context)}`;
}
