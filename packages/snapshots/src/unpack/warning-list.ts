const shownLimit = 100;

/** Things left out of a layer that do not make it unusable. Bounded, whatever the archive holds. */
export class WarningList {
  readonly #texts: string[] = [];
  #left = 0;

  add(text: string): void {
    if (this.#texts.length < shownLimit) this.#texts.push(text);
    else this.#left++;
  }

  toArray(): string[] {
    return this.#left === 0 ? this.#texts : [...this.#texts, `and ${this.#left} more`];
  }
}
