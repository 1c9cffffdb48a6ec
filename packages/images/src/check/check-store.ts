import { engineError, isEngineError } from '@berth/errors';
import {
  bestPlatform,
  type Descriptor,
  type Digest,
  familiarString,
  isIndexType,
  isManifestType,
  parseReference,
} from '@berth/oci';
import type { ImageContext } from '../image-context.ts';
import { type ImageRecord, isDangling } from '../image-record.ts';
import type { CheckRequest, StoreReport } from '../image-service.ts';
import { blobKey } from '../lease-key.ts';
import type { Lease } from '../leases.ts';
import { LayerCheck } from './layer-check.ts';
import { type OpenProblem, ProblemList } from './problem-list.ts';
import { refetchBlob } from './refetch-blob.ts';

const depthLimit = 4;

/** An image with its full names and what to call it in the report. */
interface Subject {
  readonly id: Digest;
  readonly names: readonly string[];
  readonly shown: readonly string[];
}

/** Holds what the images need against what is on the disk, and mends it when asked to. */
export async function checkStore(
  context: ImageContext,
  request: CheckRequest,
): Promise<StoreReport> {
  using lease = context.leases.open();
  try {
    return await new StoreCheck(context, request, lease).run();
  } catch (error) {
    if (request.signal?.aborted !== true) throw error;
    throw engineError('common.cancelled', { what: 'checking the store' }, { cause: error });
  }
}

class StoreCheck {
  readonly #context: ImageContext;
  readonly #request: CheckRequest;
  readonly #lease: Lease;
  readonly #problems = new ProblemList();
  readonly #layers: LayerCheck;
  /** What was found of each blob; undefined when it is as it should be. */
  readonly #blobs = new Map<Digest, OpenProblem | undefined>();
  #bytes = 0;

  constructor(context: ImageContext, request: CheckRequest, lease: Lease) {
    this.#context = context;
    this.#request = request;
    this.#lease = lease;
    this.#layers = new LayerCheck(context, request, lease, this.#problems);
  }

  async run(): Promise<StoreReport> {
    const { records, index } = this.#context;
    const targets = records.targets();
    for (const id of targets) {
      const own = records.withTarget(id);
      if (own[0] !== undefined) await this.#walk(own[0].target, subjectOf(id, own), 'needed', 0);
    }
    const layers = await this.#layers.run();
    if (this.#request.repair) await index.publish();
    return {
      ...{ images: targets.length, blobs: this.#blobs.size, bytes: this.#bytes, layers },
      problems: this.#problems.toArray(),
    };
  }

  /** False when the document is not here and need not be: a platform that was never pulled. */
  async #walk(
    descriptor: Descriptor,
    subject: Subject,
    need: 'needed' | 'optional',
    depth: number,
  ): Promise<boolean> {
    const { content } = this.#context;
    if (need === 'optional' && !(await content.has(descriptor.digest))) return false;
    if (!(await this.#blob(descriptor, subject)) || depth > depthLimit) return true;
    if (isIndexType(descriptor.mediaType)) await this.#index(descriptor, subject, depth);
    else if (isManifestType(descriptor.mediaType)) await this.#manifest(descriptor, subject);
    return true;
  }

  async #index(descriptor: Descriptor, subject: Subject, depth: number): Promise<void> {
    const { graph, hostPlatform } = this.#context;
    const index = await unlessInvalid(() => graph.index(descriptor.digest));
    const children = index?.manifests ?? [];
    let present = 0;
    for (const child of children) {
      if (await this.#walk(child, subject, 'optional', depth + 1)) present++;
    }
    if (present > 0 || depth > 0) return;
    // An index of which nothing is here is of no use: at least its best platform is wanted.
    const platforms = children.map(({ platform }) => platform ?? { os: '', architecture: '' });
    const best = bestPlatform(hostPlatform, platforms, { anyPlatform: true });
    if (best !== undefined) await this.#walk(children[best]!, subject, 'needed', depth + 1);
  }

  async #manifest(descriptor: Descriptor, subject: Subject): Promise<void> {
    const { graph } = this.#context;
    const manifest = await unlessInvalid(() => graph.manifest(descriptor.digest));
    if (manifest === undefined) return;
    for (const blob of [manifest.config, ...manifest.layers]) await this.#blob(blob, subject);
    const [image] = (await unlessInvalid(() => graph.platforms(descriptor))) ?? [];
    if (image !== undefined) this.#layers.expect(image, subject);
  }

  /** True when the blob is as it should be, at last. */
  async #blob(descriptor: Descriptor, subject: Subject): Promise<boolean> {
    const { digest } = descriptor;
    await this.#lease.hold(blobKey(digest));
    if (!this.#blobs.has(digest)) this.#blobs.set(digest, await this.#verify(descriptor));
    const problem = this.#blobs.get(digest);
    if (problem === undefined) return true;
    for (const name of subject.shown) problem.images.add(name);
    if (this.#request.repair && !problem.repaired) await this.#repair(problem, descriptor, subject);
    return problem.repaired;
  }

  async #verify({ digest }: Descriptor): Promise<OpenProblem | undefined> {
    const found = await this.#context.content.verify(digest, this.#request.signal);
    this.#bytes += found?.size ?? 0;
    if (found?.digest === digest) return undefined;
    const about = { kind: 'blob', digest } as const;
    if (found === undefined) {
      return this.#problems.add({ ...about, state: 'missing', detail: 'it is not in the store' });
    }
    const detail = `its ${found.size} bytes have the digest ${found.digest}`;
    return this.#problems.add({ ...about, state: 'corrupt', detail });
  }

  async #repair(problem: OpenProblem, descriptor: Descriptor, subject: Subject): Promise<void> {
    try {
      await refetchBlob(this.#context, descriptor, subject.names, this.#request);
      this.#context.graph.forget(descriptor.digest);
      problem.repaired = true;
    } catch (error) {
      if (!isEngineError(error) || this.#request.signal?.aborted === true) throw error;
      problem.reason = error.message;
    }
  }
}

function subjectOf(id: Digest, records: readonly ImageRecord[]): Subject {
  const names = records.filter((record) => !isDangling(record)).map(({ name }) => name);
  const shown = names.map((name) => familiarString(parseReference(name)));
  return { id, names, shown: shown.length === 0 ? [id] : shown };
}

/** A document that is what it claims to be, and yet no valid one, has nothing below it. */
async function unlessInvalid<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isEngineError(error)) return undefined;
    throw error;
  }
}
