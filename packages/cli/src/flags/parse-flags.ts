import { ValueError } from '../usage-error.ts';
import type { FlagDefinition } from './flag-definition.ts';
import { cut } from './flag-types.ts';
import { ParsedFlags } from './parsed-flags.ts';

export interface FlagGrammar {
  readonly flags: readonly FlagDefinition[];
  /** Flags after the first argument are arguments. */
  readonly flagsFirst?: boolean;
}

export interface ParsedLine {
  readonly flags: ParsedFlags;
  readonly args: readonly string[];
  /** True when `--help` (or `-h`, where it is not another flag) was given; parsing stopped there, and the rest are arguments. */
  readonly help: boolean;
}

/** Why a flag was refused, in the words of Docker's flag library. */
export class FlagError extends Error {
  /** The long name that no flag has. */
  readonly unknown: string | undefined;

  constructor(text: string, unknown?: string) {
    super(text);
    this.name = 'FlagError';
    this.unknown = unknown;
  }
}

/**
 * Parses flags as Docker does: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`,
 * grouped `-it`, `--` ends flags, boolean flags take a value only with `=`. Throws FlagError at the
 * first flag that is unknown or whose value is refused.
 */
export function parseFlags(words: readonly string[], grammar: FlagGrammar): ParsedLine {
  const parser = new FlagParser(grammar);
  return parser.parse(words);
}

class FlagParser {
  readonly #grammar: FlagGrammar;
  readonly #long: ReadonlyMap<string, FlagDefinition>;
  readonly #short: ReadonlyMap<string, FlagDefinition>;
  readonly #flags: ParsedFlags;
  readonly #args: string[] = [];
  #words: string[] = [];

  constructor(grammar: FlagGrammar) {
    this.#grammar = grammar;
    this.#long = new Map(grammar.flags.map((flag) => [flag.name, flag]));
    this.#short = new Map(
      grammar.flags.flatMap((flag) => (flag.short === undefined ? [] : [[flag.short, flag]])),
    );
    this.#flags = new ParsedFlags(grammar.flags);
  }

  parse(words: readonly string[]): ParsedLine {
    this.#words = [...words];
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === '--') return this.#result(this.#words, false);
      if (word.startsWith('--')) {
        if (this.#takeLong(word)) return this.#result(this.#words, true);
      } else if (word.startsWith('-') && word !== '-') {
        if (this.#takeShort(word)) return this.#result(this.#words, true);
      } else if (this.#grammar.flagsFirst === true) {
        return this.#result([word, ...this.#words], false);
      } else this.#args.push(word);
    }
    return this.#result([], false);
  }

  #result(rest: readonly string[], help: boolean): ParsedLine {
    return { flags: this.#flags, args: [...this.#args, ...rest], help };
  }

  #takeLong(word: string): boolean {
    const [name, inline] = cut(word.slice(2), '=');
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
    const flag = this.#long.get(name);
    if (flag === undefined) {
      if (name === 'help') return true;
      throw new FlagError(`unknown flag: --${name}`, name);
    }
    if (inline !== undefined) this.#set(flag, inline);
    else if (flag.type === 'bool') this.#set(flag, 'true');
    else {
      const value = this.#words.shift();
      if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
      this.#set(flag, value);
    }
    return false;
  }

  #takeShort(word: string): boolean {
    const letters = word.slice(1);
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] ?? '';
      const flag = this.#short.get(letter);
      if (flag === undefined) {
        if (letter === 'h') return true;
        throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters.slice(i)}`);
      }
      const rest = letters.slice(i + 1);
      if (rest.length > 0 && rest.startsWith('=')) {
        this.#set(flag, rest.slice(1));
        return false;
      }
      if (flag.type === 'bool') {
        this.#set(flag, 'true');
        continue;
      }
      const value = rest.length > 0 ? rest : this.#words.shift();
      if (value === undefined) {
        throw new FlagError(`flag needs an argument: '${letter}' in -${letters.slice(i)}`);
      }
      this.#set(flag, value);
      return false;
    }
    return false;
  }

  #set(flag: FlagDefinition, text: string): void {
    try {
      this.#flags.set(flag, text);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const shown = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
      throw new FlagError(
        `invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${error.message}`,
      );
    }
  }
}
