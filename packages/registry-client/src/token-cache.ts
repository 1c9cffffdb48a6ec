/** Tokens are renewed this long before their end. */
const marginMilliseconds = 10_000;
const sizeLimit = 500;

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** Bearer tokens by what they are for. Two who need the same token at the same time share one request. */
export class TokenCache {
  readonly #tokens = new Map<string, Promise<Token>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(key: string, fetch: () => Promise<Token>): Promise<string> {
    const known = this.#tokens.get(key);
    if (known !== undefined) {
      const token = await known;
      if (token.expires - marginMilliseconds > this.#now()) return token.value;
    }
    // Somebody else may have begun to renew it while this one waited.
    const current = this.#tokens.get(key);
    if (current !== undefined && current !== known) return (await current).value;
    const fetched = fetch();
    if (this.#tokens.size >= sizeLimit) this.#tokens.clear();
    this.#tokens.set(key, fetched);
    fetched.catch(() => this.#forget(key, fetched));
    return (await fetched).value;
  }

  /** Forgets a token that the registry did not accept. */
  async drop(key: string, value: string): Promise<void> {
    const known = this.#tokens.get(key);
    if (known !== undefined && (await known.catch(() => undefined))?.value === value) {
      this.#forget(key, known);
    }
  }

  #forget(key: string, token: Promise<Token>): void {
    if (this.#tokens.get(key) === token) this.#tokens.delete(key);
  }
}
