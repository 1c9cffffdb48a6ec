/** Runs an action per key once at a time: callers that come while it runs share its outcome. */
export class SingleFlight<Value> {
  readonly #running = new Map<string, Promise<Value>>();

  run(key: string, action: () => Promise<Value>): Promise<Value> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = action().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
