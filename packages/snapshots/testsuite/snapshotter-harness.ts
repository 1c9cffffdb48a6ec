import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Kernel } from '@berth/kernel';
import { chainIds, type Digest } from '@berth/oci';
import { type Member, tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { openSnapshotter } from '../src/open-snapshotter.ts';
import type { OpenedSnapshotter, SnapshotterName } from '../src/snapshotter.ts';

export interface HarnessOptions {
  readonly driver: SnapshotterName;
  readonly kernel: Kernel;
  /** A folder on the file system to test on. */
  readonly base: string;
}

/** A snapshotter in a folder of its own, which goes away with the harness, mounts included. */
export class SnapshotterHarness implements AsyncDisposable {
  readonly root: string;
  readonly driver: SnapshotterName;
  readonly kernel: Kernel;
  #snapshotter: OpenedSnapshotter;
  #containers = 0;

  private constructor(options: HarnessOptions, root: string, snapshotter: OpenedSnapshotter) {
    this.driver = options.driver;
    this.kernel = options.kernel;
    this.root = root;
    this.#snapshotter = snapshotter;
  }

  static async open(options: HarnessOptions): Promise<SnapshotterHarness> {
    const root = mkdtempSync(join(options.base, 'berth-snapshots-'));
    const { driver: name, kernel } = options;
    return new SnapshotterHarness(options, root, await openSnapshotter({ name, root, kernel }));
  }

  get snapshotter(): OpenedSnapshotter {
    return this.#snapshotter;
  }

  /** The driver's folder. */
  get folder(): string {
    return join(this.root, this.driver);
  }

  /** Opens the same data anew. `killed` leaves everything as a daemon leaves it that is killed. */
  async reopen(how: 'closed' | 'killed' = 'closed'): Promise<void> {
    const { driver: name, root, kernel } = this;
    if (how === 'closed') await this.#snapshotter[Symbol.asyncDispose]();
    const before = this.#snapshotter;
    this.#snapshotter = await openSnapshotter({ name, root, kernel });
    if (how === 'killed') await endThreads(before);
  }

  /** Unpacks archives as layers on top of each other; returns the chain, lowest first. */
  async layers(...archives: (readonly (Member | Buffer)[])[]): Promise<Digest[]> {
    const diffIds: Digest[] = [];
    for (const archive of archives) diffIds.push(await this.#layer(tarOf(archive), diffIds));
    return chainIds(diffIds);
  }

  /** A mounted container on a chain. */
  async container(chain: readonly Digest[]): Promise<{ id: string; path: string }> {
    const id = `container-${++this.#containers}`;
    await this.snapshotter.createContainer(id, chain);
    return { id, path: await this.snapshotter.mount(id) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { mountPoint } of this.kernel.mounts.list(this.root)) {
      this.kernel.mounts.unmount(mountPoint, { detach: true });
    }
    await this.#snapshotter[Symbol.asyncDispose]();
    rmSync(this.root, { recursive: true, force: true });
  }

  async #layer(archive: Buffer, below: readonly Digest[]): Promise<Digest> {
    const parent = chainIds([...below]).at(-1);
    await using draft = await this.snapshotter.createLayer(parent);
    const { diffId, usage } = await this.snapshotter.transfer.unpack({
      source: Readable.from([archive]),
      directory: draft.directory,
      whiteouts: draft.whiteouts,
    });
    await draft.commit(chainIds([...below, diffId]).at(-1)!, usage);
    return diffId;
  }
}

/** A killed daemon leaves no threads; what it left on disk belongs to its successor. */
async function endThreads(snapshotter: OpenedSnapshotter): Promise<void> {
  try {
    await snapshotter[Symbol.asyncDispose]();
  } catch {
    // Its drafts and trash were removed by the successor meanwhile.
  }
}
