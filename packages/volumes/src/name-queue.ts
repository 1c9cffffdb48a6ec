/** Runs what concerns one name after another; other names go on beside. */
export class NameQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(name: string, action: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const result = before === undefined ? action() : before.then(action, action);
    this.#last.set(name, result);
    const forget = (): void => {
      if (this.#last.get(name) === result) this.#last.delete(name);
    };
    result.then(forget, forget);
    return result;
  }
}
