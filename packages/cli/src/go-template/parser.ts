import { lexTemplate, type Token, type TokenKind } from './lexer.ts';
import { charConstant, numberConstant, unquote } from './literals.ts';
import type { BranchNode, CommandNode, OperandNode, PipelineNode, StatementNode } from './nodes.ts';
import { TemplateError } from './template-error.ts';

/** A parsed template and those it defines, by name. */
export interface ParsedTemplate {
  readonly root: readonly StatementNode[];
  readonly defined: ReadonlyMap<string, readonly StatementNode[]>;
}

/** Nesting beyond this is refused: a template is input of strangers. */
const maxDepth = 1000;

/** Parses a template; `functions` are the names that may be called. Throws TemplateError. */
export function parseTemplateText(
  name: string,
  text: string,
  functions: ReadonlySet<string>,
): ParsedTemplate {
  return new Parser(name, text, functions).parse();
}

type ListEnd = 'end' | 'else' | 'eof';

class Parser {
  readonly #name: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #defined = new Map<string, readonly StatementNode[]>();
  #at = 0;
  #variables: string[] = ['$'];
  #loops = 0;
  #depth = 0;

  constructor(name: string, text: string, functions: ReadonlySet<string>) {
    this.#name = name;
    this.#functions = functions;
    this.#tokens = lexTemplate(name, text);
  }

  parse(): ParsedTemplate {
    const { nodes, end } = this.#list(true);
    if (end !== 'eof') throw this.#error(`unexpected {{${end}}}`);
    return { root: nodes, defined: this.#defined };
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? (this.#tokens.at(-1) as Token);
  }

  #next(): Token {
    const token = this.#token;
    this.#at += 1;
    return token;
  }

  #skipSpace(): Token {
    while (this.#token.kind === 'space') this.#at += 1;
    return this.#token;
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#skipSpace();
    if (token.kind !== kind) throw this.#unexpected(token, context);
    return this.#next();
  }

  #list(top: boolean): { nodes: StatementNode[]; end: ListEnd } {
    const nodes: StatementNode[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === 'eof') {
        this.#at -= 1;
        if (!top) throw this.#error('unexpected EOF');
        return { nodes, end: 'eof' };
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', at: token.at, text: token.text });
        continue;
      }
      const word = this.#skipSpace();
      if (word.kind === 'keyword' && (word.text === 'end' || word.text === 'else')) {
        this.#next();
        if (word.text === 'end') this.#expect('close', 'end');
        return { nodes, end: word.text };
      }
      const statement = this.#statement(top);
      if (statement !== undefined) nodes.push(statement);
    }
  }

  #statement(top: boolean): StatementNode | undefined {
    const token = this.#token;
    if (token.kind !== 'keyword') {
      const pipeline = this.#pipeline('command', 'close');
      return { kind: 'action', at: token.at, pipeline };
    }
    this.#next();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(token.text, token.at);
      case 'template':
        return this.#call();
      case 'block':
        return this.#block();
      case 'define':
        if (!top) throw this.#unexpected(token, 'command');
        this.#define();
        return undefined;
      default:
        return this.#loopControl(token);
    }
  }

  #loopControl(token: Token): StatementNode {
    const kind = token.text === 'break' ? 'break' : 'continue';
    const next = this.#skipSpace();
    if (next.kind !== 'close') throw this.#unexpected(next, `{{${kind}}}`);
    this.#next();
    if (this.#loops === 0) throw this.#error(`{{${kind}}} outside {{range}}`);
    return { kind, at: token.at };
  }

  #branch(kind: BranchNode['kind'], at: number): BranchNode {
    if (++this.#depth > maxDepth) throw this.#error('too deeply nested');
    const known = this.#variables.length;
    const pipeline = this.#pipeline(kind, 'close');
    if (kind === 'range') this.#loops += 1;
    const body = this.#list(false);
    if (kind === 'range') this.#loops -= 1;
    let otherwise: StatementNode[] | undefined;
    if (body.end === 'else') otherwise = this.#otherwise(kind);
    this.#variables.length = known;
    this.#depth -= 1;
    return { kind, at, pipeline, body: body.nodes, otherwise };
  }

  /** `{{else}}`, or `{{else if …}}` and `{{else with …}}`, which share the end of the outer branch. */
  #otherwise(kind: BranchNode['kind']): StatementNode[] {
    const next = this.#skipSpace();
    if (next.kind === 'keyword' && next.text === kind && kind !== 'range') {
      this.#next();
      return [this.#branch(kind, next.at)];
    }
    this.#expect('close', 'else');
    const rest = this.#list(false);
    if (rest.end === 'else') throw this.#error('expected end; found {{else}}');
    return rest.nodes;
  }

  #templateName(context: string): string {
    const token = this.#skipSpace();
    if (token.kind !== 'string' && token.kind !== 'raw-string') {
      throw this.#unexpected(token, context);
    }
    this.#next();
    return this.#unquoted(token);
  }

  #call(): StatementNode {
    const { at } = this.#skipSpace();
    const name = this.#templateName('template clause');
    if (this.#skipSpace().kind === 'close') {
      this.#next();
      return { kind: 'template', at, name, pipeline: undefined };
    }
    return { kind: 'template', at, name, pipeline: this.#pipeline('template clause', 'close') };
  }

  #define(): void {
    const name = this.#templateName('define clause');
    this.#expect('close', 'define clause');
    this.#defined.set(name, this.#separateBody('define clause'));
  }

  #block(): StatementNode {
    const { at } = this.#skipSpace();
    const name = this.#templateName('block clause');
    const pipeline = this.#pipeline('block clause', 'close');
    this.#defined.set(name, this.#separateBody('block clause'));
    return { kind: 'template', at, name, pipeline };
  }

  /** A body that sees neither the variables nor the loops around it. */
  #separateBody(context: string): readonly StatementNode[] {
    const [variables, loops] = [this.#variables, this.#loops];
    this.#variables = ['$'];
    this.#loops = 0;
    const body = this.#list(false);
    if (body.end !== 'end') throw this.#error(`unexpected {{else}} in ${context}`);
    this.#variables = variables;
    this.#loops = loops;
    return body.nodes;
  }

  #pipeline(context: string, end: 'close' | 'right-paren'): PipelineNode {
    if (++this.#depth > maxDepth) throw this.#error('too deeply nested');
    const at = this.#skipSpace().at;
    const { declares, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#skipSpace();
      if (token.kind === end) {
        this.#next();
        this.#checkPipeline(commands, context);
        this.#depth -= 1;
        return { kind: 'pipeline', at, declares, assigns, commands };
      }
      if (!startsOperand(token.kind)) throw this.#unexpected(token, context);
      commands.push(this.#command());
    }
  }

  #checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) throw this.#error(`missing value for ${context}`);
    commands.slice(1).forEach((command, i) => {
      const first = command.operands[0];
      if (first !== undefined && ['constant', 'dot', 'nil'].includes(first.kind)) {
        throw this.#error(`non executable command in pipeline stage ${i + 2}`);
      }
    });
  }

  #declarations(context: string): { declares: string[]; assigns: boolean } {
    const start = this.#at;
    const names: string[] = [];
    while (this.#skipSpace().kind === 'variable') {
      names.push(this.#next().text);
      const sign = this.#skipSpace();
      if (sign.kind === 'declare' || sign.kind === 'assign') {
        this.#next();
        return this.#bind(names, sign.kind === 'assign');
      }
      if (sign.kind === 'comma') {
        if (context !== 'range' || names.length > 1) {
          throw this.#error(`too many declarations in ${context}`);
        }
        this.#next();
        continue;
      }
      break;
    }
    this.#at = start;
    return { declares: [], assigns: false };
  }

  #bind(names: string[], assigns: boolean): { declares: string[]; assigns: boolean } {
    this.#variables.push(...names);
    return { declares: names, assigns };
  }

  #checkVariable(name: string): void {
    if (!this.#variables.includes(name)) {
      throw this.#error(`undefined variable ${JSON.stringify(name)}`);
    }
  }

  #command(): CommandNode {
    const at = this.#skipSpace().at;
    const operands: OperandNode[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#next();
      if (token.kind === 'space') {
        if (startsOperand(this.#skipSpace().kind)) continue;
        if (this.#token.kind === 'pipe') this.#next();
        else if (this.#token.kind !== 'close' && this.#token.kind !== 'right-paren') {
          throw this.#unexpected(this.#token, 'operand');
        } else break;
      } else if (token.kind === 'close' || token.kind === 'right-paren') this.#at -= 1;
      else if (token.kind !== 'pipe') throw this.#unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) throw this.#error('empty command');
    return { kind: 'command', at, operands };
  }

  #operand(): OperandNode | undefined {
    const node = this.#term();
    if (node === undefined || this.#token.kind !== 'field') return node;
    const at = this.#token.at;
    const names: string[] = [];
    while (this.#token.kind === 'field') names.push(this.#next().text.slice(1));
    if (node.kind === 'field') return { kind: 'field', at, names: [...node.names, ...names] };
    if (node.kind === 'variable') return { kind: 'variable', at, names: [...node.names, ...names] };
    if (node.kind === 'constant' || node.kind === 'nil' || node.kind === 'dot') {
      throw this.#error(`unexpected . after term ${JSON.stringify(nodeShown(node))}`);
    }
    return { kind: 'chain', at, operand: node, names };
  }

  #term(): OperandNode | undefined {
    const token = this.#skipSpace();
    const { at, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.#functions.has(text)) {
          throw this.#error(`function ${JSON.stringify(text)} not defined`);
        }
        this.#next();
        return { kind: 'identifier', at, name: text };
      case 'dot':
        this.#next();
        return { kind: 'dot', at };
      case 'nil':
        this.#next();
        return { kind: 'nil', at };
      case 'variable':
        this.#checkVariable(text);
        this.#next();
        return { kind: 'variable', at, names: [text] };
      case 'field':
        this.#next();
        return { kind: 'field', at, names: [text.slice(1)] };
      case 'left-paren':
        this.#next();
        return this.#pipeline('parenthesized pipeline', 'right-paren');
      default:
        return this.#constant(token);
    }
  }

  #constant(token: Token): OperandNode | undefined {
    const { at, text } = token;
    const constant = (value: boolean | string | number | ReturnType<typeof numberConstant>) => {
      this.#next();
      return { kind: 'constant', at, value, text } as const;
    };
    if (token.kind === 'bool') return constant(text === 'true');
    if (token.kind === 'string' || token.kind === 'raw-string')
      return constant(this.#unquoted(token));
    if (token.kind === 'char') {
      const value = charConstant(text);
      if (value === undefined) {
        throw this.#error(
          text === "''" ? 'invalid syntax' : `malformed character constant: ${text}`,
        );
      }
      return constant(value);
    }
    if (token.kind === 'number') {
      const value = numberConstant(text);
      if (value === undefined) {
        const problem = /^[+-]?\d+$/.test(text) ? 'integer overflow' : 'illegal number syntax';
        throw this.#error(`${problem}: ${JSON.stringify(text)}`);
      }
      return constant(value);
    }
    return undefined;
  }

  #unquoted(token: Token): string {
    const text = unquote(token.text);
    if (text === undefined) throw this.#error('invalid syntax');
    return text;
  }

  #unexpected(token: Token, context: string): TemplateError {
    return this.#error(`unexpected ${shownToken(token)} in ${context}`);
  }

  #error(problem: string): TemplateError {
    const line = (this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token).line;
    return new TemplateError(`template: ${this.#name}:${line}: ${problem}`);
  }
}

function nodeShown(node: OperandNode): string {
  return node.kind === 'constant' ? node.text : node.kind === 'nil' ? 'nil' : '.';
}

function startsOperand(kind: TokenKind): boolean {
  return [
    'bool',
    'char',
    'dot',
    'field',
    'identifier',
    'nil',
    'number',
    'raw-string',
    'string',
    'variable',
    'left-paren',
  ].includes(kind);
}

function shownToken(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (['keyword', 'dot', 'nil'].includes(token.kind)) return `<${token.text}>`;
  return token.text.length > 10
    ? `${JSON.stringify(token.text.slice(0, 10))}...`
    : JSON.stringify(token.text);
}
