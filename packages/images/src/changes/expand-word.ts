import { engineError } from '@berth/errors';

/** Looks up a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/**
 * Expands one word as Dockerfile instructions do: `$name`, `${name}`, `${name:-word}`, `${name:+word}`,
 * `${name-word}`, `${name+word}`; quotes are removed, single quotes keep everything, `\` escapes.
 */
export function expandWord(word: string, lookup: Lookup): string {
  return new WordExpander(word, lookup).run();
}

class WordExpander {
  readonly #word: string;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(word: string, lookup: Lookup) {
    this.#word = word;
    this.#lookup = lookup;
  }

  run(): string {
    return this.#until('');
  }

  /** Text up to an unquoted `stop` (left unread); to the end when `stop` is empty. */
  #until(stop: string): string {
    let out = '';
    while (this.#at < this.#word.length) {
      const char = this.#word[this.#at]!;
      if (char === stop) return out;
      if (char === "'") out += this.#single();
      else if (char === '"') out += this.#double();
      else if (char === '$') out += this.#variable();
      else if (char === '\\') {
        out += this.#word[this.#at + 1] ?? '';
        this.#at += 2;
      } else {
        out += char;
        this.#at++;
      }
    }
    return out;
  }

  #single(): string {
    const end = this.#word.indexOf("'", this.#at + 1);
    if (end < 0)
      throw this.#failure('unexpected end of statement while looking for matching single-quote');
    const text = this.#word.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  #double(): string {
    let out = '';
    this.#at++;
    while (this.#at < this.#word.length) {
      const char = this.#word[this.#at]!;
      if (char === '"') {
        this.#at++;
        return out;
      }
      if (char === '$') {
        out += this.#variable();
      } else if (char === '\\') {
        const next = this.#word[this.#at + 1] ?? '';
        out += next === '"' || next === '$' || next === '\\' ? next : `\\${next}`;
        this.#at += 2;
      } else {
        out += char;
        this.#at++;
      }
    }
    throw this.#failure('unexpected end of statement while looking for matching double-quote');
  }

  #variable(): string {
    this.#at++;
    if (this.#word[this.#at] === '{') return this.#braced();
    const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!-])/.exec(this.#word.slice(this.#at))?.[0];
    if (name === undefined) return '$';
    this.#at += name.length;
    return this.#lookup(name) ?? '';
  }

  #braced(): string {
    this.#at++;
    const name = /^[A-Za-z0-9_]+/.exec(this.#word.slice(this.#at))?.[0];
    if (name === undefined) throw this.#failure('bad substitution');
    this.#at += name.length;
    const value = this.#lookup(name);
    const operator = /^:?[-+?]/.exec(this.#word.slice(this.#at))?.[0];
    if (operator === undefined) {
      this.#close();
      return value ?? '';
    }
    this.#at += operator.length;
    const word = this.#until('}');
    this.#close();
    const set = operator.startsWith(':') ? (value ?? '') !== '' : value !== undefined;
    switch (operator.at(-1)) {
      case '+':
        return set ? word : '';
      case '-':
        return set ? value! : word;
      default:
        if (set) return value!;
        throw this.#failure(`${name}: ${word === '' ? 'not set' : word}`);
    }
  }

  #close(): void {
    if (this.#word[this.#at] !== '}') throw this.#failure("missing '}' in substitution");
    this.#at++;
  }

  #failure(reason: string): Error {
    return engineError('images.invalid-change', {
      reason: `failed to process "${this.#word}": ${reason}`,
    });
  }
}
