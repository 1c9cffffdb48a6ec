import { TemplateError } from './template-error.ts';

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'field'
  | 'dot'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'number'
  | 'char'
  | 'string'
  | 'raw-string'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'left-paren'
  | 'right-paren'
  | 'symbol'
  | 'space'
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
  readonly line: number;
}

const keywords = /^(block|break|continue|define|else|end|if|range|template|with)$/;
const whiteSpace = ' \t\r\n';

/** Cuts a template into tokens. Throws TemplateError. */
export function lexTemplate(name: string, input: string): Token[] {
  return new Lexer(name, input).run();
}

class Lexer {
  readonly #name: string;
  readonly #input: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #countedTo = 0;
  #parens = 0;

  constructor(name: string, input: string) {
    this.#name = name;
    this.#input = input;
  }

  run(): Token[] {
    let trimNext = false;
    for (;;) {
      const open = this.#input.indexOf('{{', this.#at);
      this.#text(open < 0 ? this.#input.length : open, trimNext);
      if (open < 0) break;
      this.#at = open;
      trimNext = this.#action();
    }
    this.#emit('eof', this.#input.length, this.#input.length);
    return this.#tokens;
  }

  #text(end: number, trimStart: boolean): void {
    let start = this.#at;
    let stop = end;
    if (trimStart) while (start < stop && whiteSpace.includes(this.#input[start] ?? '')) start += 1;
    if (this.#input[end + 2] === '-' && whiteSpace.includes(this.#input[end + 3] ?? 'x')) {
      while (stop > start && whiteSpace.includes(this.#input[stop - 1] ?? '')) stop -= 1;
    }
    if (stop > start) this.#emit('text', start, stop);
  }

  /** One `{{…}}`; the answer tells whether the text behind it loses its leading space. */
  #action(): boolean {
    const open = this.#at;
    this.#at += 2;
    if (this.#input[this.#at] === '-' && whiteSpace.includes(this.#input[this.#at + 1] ?? 'x')) {
      this.#at += 2;
    }
    if (this.#input.startsWith('/*', this.#at)) return this.#comment();
    this.#emit('open', open, this.#at);
    this.#parens = 0;
    for (;;) {
      const trim = this.#atTrimmedClose();
      const close = trim ? this.#at + 2 : this.#at;
      if (trim || this.#input.startsWith('}}', this.#at)) {
        if (this.#parens > 0) throw this.#error('unclosed left paren');
        this.#emit('close', close, close + 2);
        this.#at = close + 2;
        return trim;
      }
      this.#inside();
    }
  }

  #atTrimmedClose(): boolean {
    const space = this.#input[this.#at] ?? 'x';
    return whiteSpace.includes(space) && this.#input.startsWith('-}}', this.#at + 1);
  }

  #comment(): boolean {
    const end = this.#input.indexOf('*/', this.#at);
    if (end < 0) throw this.#error('unclosed comment');
    this.#at = end + 2;
    const trim = this.#atTrimmedClose();
    if (trim) this.#at += 2;
    if (!this.#input.startsWith('}}', this.#at))
      throw this.#error('comment ends before closing delimiter');
    this.#at += 2;
    return trim;
  }

  #inside(): void {
    const start = this.#at;
    const rest = this.#input.slice(start, start + 2);
    const character = this.#input[start];
    if (character === undefined) throw this.#error('unclosed action');
    if (whiteSpace.includes(character))
      this.#run('space', /[ \t\r\n]+?(?=[ \t\r\n]-\}\}|[^ \t\r\n]|$)/y);
    else if (rest === ':=') this.#take('declare', 2);
    else if (character === ':') throw this.#error('expected :=');
    else if (character === '=') this.#take('assign', 1);
    else if (character === '|') this.#take('pipe', 1);
    else if (character === ',') this.#take('comma', 1);
    else if (character === '"')
      this.#run('string', /"(?:[^"\\\n]|\\[^\n])*"/y, 'unterminated quoted string');
    else if (character === '`')
      this.#run('raw-string', /`[^`]*`/y, 'unterminated raw quoted string');
    else if (character === "'")
      this.#run('char', /'(?:[^'\\\n]|\\[^\n])*'/y, 'unterminated character constant');
    else if (character === '(' || character === ')') this.#paren(character);
    else if (character === '$') this.#word('variable', start + 1);
    else if (character === '.' && !/\d/.test(this.#input[start + 1] ?? '')) this.#field();
    else if (/[+\-\d.]/.test(character)) this.#number();
    else if (this.#wordEnd(start) > start) this.#identifier();
    else if (character > ' ' && character < '\x7f') this.#take('symbol', 1);
    else
      throw this.#error(`unrecognized character in action: ${shownCharacter(this.#codePoint())}`);
  }

  #codePoint(): string {
    return String.fromCodePoint(this.#input.codePointAt(this.#at) ?? 0);
  }

  #paren(character: string): void {
    this.#parens += character === '(' ? 1 : -1;
    if (this.#parens < 0) throw this.#error('unexpected right paren');
    this.#take(character === '(' ? 'left-paren' : 'right-paren', 1);
  }

  #field(): void {
    if (this.#wordEnd(this.#at + 1) === this.#at + 1) this.#take('dot', 1);
    else this.#word('field', this.#at + 1);
  }

  #identifier(): void {
    const word = this.#input.slice(this.#at, this.#wordEnd(this.#at));
    const kind = keywords.test(word)
      ? 'keyword'
      : word === 'true' || word === 'false'
        ? 'bool'
        : word === 'nil'
          ? 'nil'
          : 'identifier';
    this.#checkTerminator(word);
    this.#take(kind, word.length);
  }

  /** A token of one leading character and letters from `start` on. */
  #word(kind: TokenKind, start: number): void {
    const word = this.#input.slice(this.#at, this.#wordEnd(start));
    this.#checkTerminator(word);
    this.#take(kind, word.length);
  }

  /** Where the letters, digits and underscores from `start` on end. */
  #wordEnd(start: number): number {
    let at = start;
    for (;;) {
      const character = String.fromCodePoint(this.#input.codePointAt(at) ?? 0);
      if (!isWordCharacter(character)) return at;
      at += character.length;
    }
  }

  #checkTerminator(word: string): void {
    const next = this.#input[this.#at + word.length];
    if (next === undefined || /[ \t\r\n.,|:=)(]/.test(next)) return;
    if (this.#input.startsWith('}}', this.#at + word.length)) return;
    this.#at += word.length;
    throw this.#error(`bad character ${shownCharacter(this.#codePoint())}`);
  }

  #number(): void {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
    const text = this.#match(pattern);
    const next = this.#input[this.#at + (text?.length ?? 0)] ?? '';
    if (text === undefined || isWordCharacter(next)) {
      throw this.#error(
        `bad number syntax: ${JSON.stringify(`${text ?? this.#input[this.#at]}${next}`)}`,
      );
    }
    this.#take('number', text.length);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#input)?.[0];
  }

  #run(kind: TokenKind, pattern: RegExp, problem = 'bad input'): void {
    const text = this.#match(pattern);
    if (text === undefined) throw this.#error(problem);
    this.#take(kind, text.length);
  }

  #take(kind: TokenKind, length: number): void {
    this.#emit(kind, this.#at, this.#at + length);
    this.#at += length;
  }

  #emit(kind: TokenKind, start: number, end: number): void {
    const line = this.#lineAt(start);
    this.#tokens.push({ kind, text: this.#input.slice(start, end), at: start, line });
  }

  #lineAt(offset: number): number {
    for (; this.#countedTo < offset; this.#countedTo++) {
      if (this.#input[this.#countedTo] === '\n') this.#line += 1;
    }
    return this.#line;
  }

  #error(problem: string): TemplateError {
    return new TemplateError(`template: ${this.#name}:${this.#lineAt(this.#at)}: ${problem}`);
  }
}

/** Patterns of Unicode classes take milliseconds to compile, so plain characters do without. */
function isWordCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 128 ? /\w/.test(character) : /[\p{L}\p{Nd}]/u.test(character);
}

function shownCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${character}'`;
}
