/**
 * Runs operations of one container one after the other, in the order asked for. A failed operation
 * does not hold up the next one.
 */
export class OperationQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Resolves or rejects as `operation` does. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const result = this.#tail.then(operation, operation);
    this.#tail = result.then(
      () => this.#leave(),
      () => this.#leave(),
    );
    return result;
  }

  /** Nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#waiting === 0;
  }

  #leave(): void {
    this.#waiting -= 1;
  }
}
