/** One way in which a server lets itself be convinced (RFC 9110 §11.6.1). Names are lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const limit = 16_384;
const tokenPattern = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;

/** The challenges of a WWW-Authenticate header; what cannot be read is left out. */
export function parseChallenges(header: string | undefined): Challenge[] {
  if (header === undefined || header.length > limit) return [];
  const reader = new Reader(header);
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  while (!reader.atEnd) {
    reader.skip(/[\s,]*/y);
    const name = reader.take(tokenPattern);
    if (name === undefined) break;
    const current = challenges.at(-1);
    if (reader.skip(/\s*=\s*/y) && current !== undefined) {
      const value = reader.quoted() ?? reader.take(tokenPattern) ?? reader.take(/[^\s,]*/y) ?? '';
      current.parameters[name.toLowerCase()] = value;
    } else {
      challenges.push({ scheme: name.toLowerCase(), parameters: Object.create(null) });
    }
  }
  return challenges;
}

class Reader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null || match[0] === '') return undefined;
    this.#position += match[0].length;
    return match[0];
  }

  skip(pattern: RegExp): boolean {
    return this.take(pattern) !== undefined;
  }

  quoted(): string | undefined {
    const text = this.take(/"(?:[^"\\]|\\.)*"/y);
    return text?.slice(1, -1).replace(/\\(.)/g, '$1');
  }
}
