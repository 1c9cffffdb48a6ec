import type { ContentStore } from '@berth/content';
import { isEngineError } from '@berth/errors';
import { type Descriptor, familiarString, parseReference } from '@berth/oci';
import { isDangling } from './image-record.ts';
import type { ImageRecords } from './image-records.ts';

/** Full name of an image in an index, as containerd and BuildKit write it. */
export const imageNameAnnotation = 'io.containerd.image.name';
export const refNameAnnotation = 'org.opencontainers.image.ref.name';

/**
 * Keeps the content store's index.json in step with the image names, for other OCI tools. Several
 * changes in quick succession are written once; `publish` resolves when the caller's change is on disk, or when
 * the disk is full: the database is the truth, and removing an image must be possible then. What could not be
 * written is made good by `refresh` or the next change.
 */
export class IndexPublisher {
  readonly #content: ContentStore;
  readonly #records: ImageRecords;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #behind = false;

  constructor(content: ContentStore, records: ImageRecords) {
    this.#content = content;
    this.#records = records;
  }

  publish(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    const next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    this.#next = next;
    return next;
  }

  /** To be called when space was freed. */
  async refresh(): Promise<void> {
    if (this.#behind) await this.publish();
  }

  #start(): Promise<void> {
    const run = this.#write().finally(() => {
      this.#running = undefined;
    });
    this.#running = run;
    return run;
  }

  async #write(): Promise<void> {
    try {
      await this.#content.writeIndex(indexOf(this.#records));
      this.#behind = false;
    } catch (error) {
      if (!isEngineError(error, 'common.no-space')) throw error;
      this.#behind = true;
    }
  }
}

/** One descriptor per name, sorted; an image without names is listed without one. */
function indexOf(records: ImageRecords): Descriptor[] {
  const sorted = records.all().sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map((record) => {
    if (isDangling(record)) return record.target;
    const annotations = {
      ...record.target.annotations,
      [imageNameAnnotation]: record.name,
      [refNameAnnotation]: familiarString(parseReference(record.name)),
    };
    return { ...record.target, annotations };
  });
}
