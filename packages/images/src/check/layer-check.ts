import { isEngineError } from '@berth/errors';
import type { Digest } from '@berth/oci';
import type { ImageContext } from '../image-context.ts';
import type { PlatformImage } from '../image-graph.ts';
import type { CheckRequest } from '../image-service.ts';
import { layerKey } from '../lease-key.ts';
import type { Lease } from '../leases.ts';
import type { OpenProblem, ProblemList } from './problem-list.ts';

/** An image that has a layer. */
interface Owner {
  readonly image: PlatformImage;
  readonly subject: { readonly id: Digest; readonly shown: readonly string[] };
}

/**
 * The unpacked layers. One that is not unpacked is a problem only when a container stands on it: the others are
 * unpacked when they are used.
 */
export class LayerCheck {
  readonly #context: ImageContext;
  readonly #request: CheckRequest;
  readonly #lease: Lease;
  readonly #problems: ProblemList;
  readonly #owners = new Map<Digest, Owner[]>();

  constructor(context: ImageContext, request: CheckRequest, lease: Lease, problems: ProblemList) {
    this.#context = context;
    this.#request = request;
    this.#lease = lease;
    this.#problems = problems;
  }

  /** Tells what image layers may be restored from. */
  expect(image: PlatformImage, subject: Owner['subject']): void {
    for (const chainId of image.chain) {
      const owners = this.#owners.get(chainId) ?? [];
      owners.push({ image, subject });
      this.#owners.set(chainId, owners);
    }
  }

  /** Looks at all layers; resolves with their count. */
  async run(): Promise<number> {
    const { snapshotter, users } = this.#context;
    const needed = users().chainsInUse();
    const all = new Set([...(await snapshotter.listLayers()), ...needed]);
    for (const chainId of all) {
      await this.#lease.hold(layerKey(chainId));
      const damage = await snapshotter.checkLayer(chainId);
      if (damage === undefined) continue;
      const problem = this.#problems.add({ kind: 'layer', digest: chainId, ...damage });
      const owners = this.#owners.get(chainId) ?? [];
      for (const { subject } of owners) for (const name of subject.shown) problem.images.add(name);
      if (this.#request.repair) await this.#repair(problem, owners);
    }
    return all.size;
  }

  async #repair(problem: OpenProblem, owners: readonly Owner[]): Promise<void> {
    const { snapshotter, installer, sizes, users } = this.#context;
    const [owner] = owners;
    if (owner === undefined && users().chainsInUse().has(problem.digest)) {
      problem.reason =
        'no image in the store has this layer any more; pull or load the image again';
      return;
    }
    const running = owners.some(({ subject }) =>
      users()
        .usersOf(subject.id)
        .some((user) => user.running),
    );
    if (running) {
      problem.reason = 'a running container of the image may use it; stop it first';
      return;
    }
    try {
      sizes.forget(problem.digest);
      await snapshotter.removeLayer(problem.digest);
      if (owner !== undefined) {
        await installer.install(owner.image, this.#lease, this.#request.signal);
      }
      problem.repaired = true;
    } catch (error) {
      if (!isEngineError(error) || this.#request.signal?.aborted === true) throw error;
      problem.reason = error.message;
    }
  }
}
