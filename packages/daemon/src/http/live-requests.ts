export interface LiveRequest {
  readonly method: string;
  readonly url: string;
  readonly startedAt: Date;
  readonly abort: AbortController;
  /** Settles when the answer is complete or the connection gone. */
  readonly done: Promise<void>;
}

/** The requests being served: for the dump of live operations and for an orderly end. */
export class LiveRequests {
  readonly #requests = new Set<LiveRequest>();

  /** Registers a request until the returned function is called. */
  begin(method: string, url: string): { readonly abort: AbortController; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const abort = new AbortController();
    const request = { method, url, startedAt: new Date(), abort, done: promise };
    this.#requests.add(request);
    const end = (): void => {
      this.#requests.delete(request);
      resolve();
    };
    return { abort, end };
  }

  list(): readonly LiveRequest[] {
    return [...this.#requests];
  }

  abortAll(): void {
    for (const { abort } of this.#requests) abort.abort();
  }

  /** Resolves when no request is left, at the latest after `milliseconds`; true when none is left. */
  async drained(milliseconds: number): Promise<boolean> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, milliseconds);
    await Promise.race([Promise.all(this.list().map(({ done }) => done)), timeout.promise]);
    clearTimeout(timer);
    return this.#requests.size === 0;
  }
}
