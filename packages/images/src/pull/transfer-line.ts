import { type Digest, encodedOf } from '@berth/oci';
import type { ProgressSink } from '../image-service.ts';

/** How far a layer is: what the docker client shows behind its ID. */
export interface TransferState {
  readonly status: string;
  /** Bytes. */
  readonly current?: number;
  readonly total?: number;
}

/** Bars move at most so often, in milliseconds. */
const barInterval = 100;

/** One line of the progress of a pull or push, as the docker client renders it. */
export class TransferLine {
  readonly #id: string | undefined;
  readonly #sink: ProgressSink;
  readonly #now: () => number;
  #status = '';
  #shownAt = Number.NEGATIVE_INFINITY;
  #full = false;

  /** `now` in milliseconds, from whatever start. What is no layer has no digest. */
  constructor(
    digest: Digest | undefined,
    sink: ProgressSink,
    now: () => number = () => performance.now(),
  ) {
    this.#id = digest && encodedOf(digest).slice(0, 12);
    this.#sink = sink;
    this.#now = now;
  }

  /** A status is shown once; a bar that moves is shown now and then, and when it is full. */
  show(state: TransferState): void {
    const { status, current, total } = state;
    const moved = current !== undefined;
    const now = this.#now();
    const full = moved && current === total;
    if (status === this.#status) {
      if (!moved || this.#full || (!full && now - this.#shownAt < barInterval)) return;
    }
    this.#status = status;
    this.#full = full;
    this.#shownAt = now;
    const progressDetail = {
      ...(moved ? { current } : {}),
      ...(moved && total !== undefined ? { total } : {}),
    };
    const id = this.#id;
    this.#sink({ status, progressDetail, ...(id === undefined ? {} : { id }) });
  }
}
