import { FunctionError, type TemplateFunction } from './functions.ts';
import {
  type GoMap,
  type GoMethod,
  GoNil,
  GoStruct,
  type GoValue,
  isTrue,
  kindOf,
  mapEntry,
  sortedEntries,
  typeNameOf,
} from './go-value.ts';
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  nodeText,
  type OperandNode,
  type PipelineNode,
  type StatementNode,
  type TemplateNode,
} from './nodes.ts';
import type { ParsedTemplate } from './parser.ts';
import { printResult, printValue } from './print-value.ts';
import { TemplateError } from './template-error.ts';

export interface EvaluationOptions {
  readonly name: string;
  readonly text: string;
  readonly template: ParsedTemplate;
  readonly functions: Readonly<Record<string, TemplateFunction>>;
  /** What a key that a map does not have gives: `<no value>`, or an error. */
  readonly missingKey: 'default' | 'error';
}

interface Variable {
  readonly name: string;
  value: GoValue;
}

interface Scope {
  readonly dot: GoValue;
  readonly variables: Variable[];
  readonly templateName: string;
  readonly depth: number;
}

/** No final operand was piped in. */
const none = Symbol('none');
type Final = GoValue | typeof none;

const maxCallDepth = 1000;

/** Executes a template. Throws TemplateError with Go's text. */
export function evaluateTemplate(options: EvaluationOptions, data: GoValue): string {
  return new Evaluator(options).run(data);
}

type Flow = 'next' | 'break' | 'continue';

class Evaluator {
  readonly #options: EvaluationOptions;
  #out: string[] = [];

  constructor(options: EvaluationOptions) {
    this.#options = options;
  }

  run(data: GoValue): string {
    const variables = [{ name: '$', value: data }];
    const scope = { dot: data, variables, templateName: this.#options.name, depth: 0 };
    this.#list(this.#options.template.root, scope);
    return this.#out.join('');
  }

  #list(nodes: readonly StatementNode[], scope: Scope): Flow {
    for (const node of nodes) {
      const flow = this.#statement(node, scope);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #statement(node: StatementNode, scope: Scope): Flow {
    switch (node.kind) {
      case 'text':
        this.#out.push(node.text);
        return 'next';
      case 'action': {
        const value = this.#pipeline(node.pipeline, scope);
        if (node.pipeline.declares.length === 0) this.#print(value);
        return 'next';
      }
      case 'template':
        this.#call(node, scope);
        return 'next';
      case 'break':
      case 'continue':
        return node.kind;
      default:
        return this.#branch(node, scope);
    }
  }

  #print(value: GoValue): void {
    this.#out.push(printResult(value));
  }

  #branch(node: BranchNode, scope: Scope): Flow {
    const known = scope.variables.length;
    try {
      if (node.kind === 'range') return this.#range(node, scope);
      const value = this.#pipeline(node.pipeline, scope);
      if (isTrue(value)) {
        return this.#list(node.body, node.kind === 'with' ? { ...scope, dot: value } : scope);
      }
      return this.#list(node.otherwise ?? [], scope);
    } finally {
      scope.variables.length = known;
    }
  }

  #range(node: BranchNode, scope: Scope): Flow {
    const { declares } = node.pipeline;
    const target = assignTarget(node.pipeline);
    const value = this.#pipeline({ ...node.pipeline, declares: [] }, scope);
    const known = scope.variables.length;
    let ran = false;
    for (const [key, item] of this.#items(value, node, scope)) {
      ran = true;
      const last = declares.length > 1 ? [key, item] : [item];
      declares.forEach((name, i) => {
        this.#bind(scope, name, last[i], target);
      });
      const flow = this.#list(node.body, { ...scope, dot: item });
      scope.variables.length = known;
      if (flow === 'break') break;
    }
    return ran ? 'next' : this.#list(node.otherwise ?? [], scope);
  }

  *#items(value: GoValue, node: BranchNode, scope: Scope): Generator<readonly [GoValue, GoValue]> {
    const kind = kindOf(value);
    if (kind === 'slice') yield* (value as readonly GoValue[]).entries();
    else if (kind === 'map') yield* sortedEntries(value as GoMap);
    else if (kind === 'int') for (let i = 0; i < Number(value); i++) yield [i, i];
    else if (kind !== 'invalid' && kind !== 'nil') {
      throw this.#error(node.pipeline, scope, `range can't iterate over ${printValue(value)}`);
    }
  }

  #bind(scope: Scope, name: string, value: GoValue, assignsAt: OperandNode | undefined): void {
    if (assignsAt === undefined) {
      scope.variables.push({ name, value });
      return;
    }
    const known = scope.variables.findLast((variable) => variable.name === name);
    if (known === undefined) throw this.#error(assignsAt, scope, `undefined variable: ${name}`);
    known.value = value;
  }

  #call(node: TemplateNode, scope: Scope): void {
    const body = this.#options.template.defined.get(node.name);
    if (body === undefined) {
      throw this.#error(node, scope, `template ${JSON.stringify(node.name)} not defined`);
    }
    if (scope.depth >= maxCallDepth) {
      throw this.#error(node, scope, `exceeded maximum template depth (${maxCallDepth})`);
    }
    const dot = node.pipeline === undefined ? undefined : this.#pipeline(node.pipeline, scope);
    const variables = [{ name: '$', value: dot }];
    this.#list(body, { dot, variables, templateName: node.name, depth: scope.depth + 1 });
  }

  #pipeline(pipeline: PipelineNode, scope: Scope): GoValue {
    let value: Final = none;
    for (const command of pipeline.commands) value = this.#command(command, scope, value);
    const result = value === none ? undefined : value;
    const target = assignTarget(pipeline);
    for (const name of pipeline.declares) this.#bind(scope, name, result, target);
    return result;
  }

  #command(command: CommandNode, scope: Scope, final: Final): GoValue {
    const [first, ...operands] = command.operands as [OperandNode, ...OperandNode[]];
    switch (first.kind) {
      case 'field':
        return this.#fieldChain(first, scope.dot, first.names, { scope, operands, final });
      case 'chain':
        return this.#chain(first, { scope, operands, final });
      case 'identifier':
        return this.#function(first.name, first, { scope, operands, final, command });
      case 'variable': {
        const value = this.#variable(first.names[0] ?? '$', scope);
        const names = first.names.slice(1);
        if (names.length > 0)
          return this.#fieldChain(first, value, names, { scope, operands, final });
        this.#refuseOperands(first, scope, operands, final);
        return value;
      }
      case 'nil':
        throw this.#error(first, scope, 'nil is not a command');
      default:
        this.#refuseOperands(first, scope, operands, final);
        return this.#operand(first, scope);
    }
  }

  #refuseOperands(
    node: OperandNode,
    scope: Scope,
    operands: readonly OperandNode[],
    final: Final,
  ): void {
    if (operands.length === 0 && final === none) return;
    throw this.#error(node, scope, `can't give argument to non-function ${nodeText(node)}`);
  }

  #operand(node: OperandNode, scope: Scope): GoValue {
    const plain = { scope, operands: [], final: none } as const;
    switch (node.kind) {
      case 'dot':
        return scope.dot;
      case 'nil':
        return undefined;
      case 'constant':
        return node.value;
      case 'field':
        return this.#fieldChain(node, scope.dot, node.names, plain);
      case 'variable': {
        const value = this.#variable(node.names[0] ?? '$', scope);
        return this.#fieldChain(node, value, node.names.slice(1), plain);
      }
      case 'chain':
        return this.#chain(node, plain);
      case 'identifier':
        return this.#function(node.name, node, plain);
      default:
        return this.#pipeline(node, scope);
    }
  }

  #variable(name: string, scope: Scope): GoValue {
    return scope.variables.findLast((variable) => variable.name === name)?.value;
  }

  #chain(node: ChainNode, call: Call): GoValue {
    const value = this.#operand(node.operand, call.scope);
    return this.#fieldChain(node, value, node.names, call);
  }

  #fieldChain(node: OperandNode, start: GoValue, names: readonly string[], call: Call): GoValue {
    let value = start;
    let fromMap = false;
    names.forEach((name, i) => {
      const plain = { scope: call.scope, operands: [], final: none } as const;
      const last = i === names.length - 1;
      const receiver = value;
      value = this.#field(node, receiver, name, last ? call : plain, fromMap);
      fromMap = kindOf(receiver) === 'map';
    });
    return value;
  }

  #field(
    node: OperandNode,
    receiver: GoValue,
    name: string,
    call: Call,
    fromMap: boolean,
  ): GoValue {
    const { scope } = call;
    const withOperands = call.operands.length > 0 || call.final !== none;
    const kind = kindOf(receiver);
    if (kind === 'invalid') {
      if (this.#options.missingKey === 'default') return undefined;
      throw this.#error(node, scope, `nil data; no entry for key ${JSON.stringify(name)}`);
    }
    if (receiver instanceof GoStruct) return this.#member(node, receiver, name, call);
    if (kind === 'map') {
      if (withOperands) {
        throw this.#error(node, scope, `${name} is not a method but has arguments`);
      }
      const entry = mapEntry(receiver as GoMap, name);
      if (entry !== undefined) return entry.value;
      if (this.#options.missingKey === 'default') return undefined;
      throw this.#error(node, scope, `map has no entry for key ${JSON.stringify(name)}`);
    }
    if (receiver instanceof GoNil && receiver.typeName.startsWith('*')) {
      throw this.#error(node, scope, `nil pointer evaluating ${receiver.typeName}.${name}`);
    }
    const type = fromMap ? 'interface {}' : typeNameOf(receiver);
    throw this.#error(node, scope, `can't evaluate field ${name} in type ${type}`);
  }

  #member(node: OperandNode, receiver: GoStruct, name: string, call: Call): GoValue {
    const member = receiver.member(name);
    if (member === undefined) {
      const type = receiver.typeName;
      throw this.#error(node, call.scope, `can't evaluate field ${name} in type ${type}`);
    }
    const given = this.#operandValues(call);
    if ('value' in member) {
      if (given.length === 0) return member.value;
      throw this.#error(
        node,
        call.scope,
        `${name} has arguments but cannot be invoked as function`,
      );
    }
    return this.#method(node, name, member, given, call.scope);
  }

  #method(
    node: OperandNode,
    name: string,
    method: GoMethod,
    given: readonly GoValue[],
    scope: Scope,
  ): GoValue {
    if (given.length !== method.parameters) {
      const want = `want ${method.parameters} got ${given.length}`;
      throw this.#error(node, scope, `wrong number of args for ${name}: ${want}`);
    }
    return method.call(...given);
  }

  #operandValues(call: Call): GoValue[] {
    const values = call.operands.map((operand) => this.#operand(operand, call.scope));
    return call.final === none ? values : [...values, call.final];
  }

  #function(name: string, node: OperandNode, call: Call): GoValue {
    if (name === 'and' || name === 'or') return this.#shortCircuit(name, node, call);
    if (name === 'call') this.#refuseCall(node, call);
    const definition = this.#options.functions[name];
    if (definition === undefined) {
      throw this.#error(node, call.scope, `${JSON.stringify(name)} is not a defined function`);
    }
    const given = call.operands.length + (call.final === none ? 0 : 1);
    const { min, max } = definition;
    if (given < min || (max !== undefined && given > max)) {
      const want = max === min ? `want ${min}` : `want at least ${min}`;
      throw this.#error(node, call.scope, `wrong number of args for ${name}: ${want} got ${given}`);
    }
    const values = this.#operandValues(call);
    values.forEach((value, i) => {
      this.#checkOperand(definition.operands?.[i], value, call.operands[i] ?? node, call.scope);
    });
    return this.#invoke(name, call.command ?? node, definition, values, call.scope);
  }

  #invoke(
    name: string,
    node: OperandNode | CommandNode,
    definition: TemplateFunction,
    values: readonly GoValue[],
    scope: Scope,
  ): GoValue {
    try {
      return definition.call(values);
    } catch (error) {
      if (!(error instanceof FunctionError) && !(error instanceof Error)) throw error;
      throw this.#error(node, scope, `error calling ${name}: ${error.message}`);
    }
  }

  #checkOperand(
    wanted: 'string' | 'int' | 'slice' | undefined,
    value: GoValue,
    node: OperandNode,
    scope: Scope,
  ): void {
    if (wanted === undefined || kindOf(value) === wanted) return;
    const names = { string: 'string', int: 'int', slice: '[]string' } as const;
    if (kindOf(value) === 'invalid' && node.kind === 'nil') {
      throw this.#error(node, scope, `cannot assign nil to ${names[wanted]}`);
    }
    if (node.kind === 'constant') {
      throw this.#error(
        node,
        scope,
        `expected ${wanted === 'int' ? 'integer' : wanted}; found ${nodeText(node)}`,
      );
    }
    const type = typeNameOf(value);
    throw this.#error(node, scope, `wrong type for value; expected ${names[wanted]}; got ${type}`);
  }

  /** Nothing that templates see here is a function. */
  #refuseCall(node: OperandNode, call: Call): void {
    const [target] = call.operands;
    if (target === undefined) return;
    const value = this.#operand(target, call.scope);
    const problem =
      kindOf(value) === 'invalid'
        ? 'call of nil'
        : `non-function ${nodeText(target)} of type ${typeNameOf(value)}`;
    throw this.#error(call.command ?? node, call.scope, `error calling call: ${problem}`);
  }

  #shortCircuit(name: 'and' | 'or', node: OperandNode, call: Call): GoValue {
    const count = call.operands.length + (call.final === none ? 0 : 1);
    if (count === 0) {
      throw this.#error(
        node,
        call.scope,
        `wrong number of args for ${name}: want at least 1 got 0`,
      );
    }
    let value: GoValue;
    for (const operand of call.operands) {
      value = this.#operand(operand, call.scope);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return call.final === none ? value : call.final;
  }

  #error(
    node: OperandNode | CommandNode | StatementNode,
    scope: Scope,
    problem: string,
  ): TemplateError {
    const { name, text } = this.#options;
    const before = text.slice(0, node.at);
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1));
    const place = `${name}:${line}:${column}`;
    return new TemplateError(
      `template: ${place}: executing ${JSON.stringify(scope.templateName)} at <${nodeText(node)}>: ${problem}`,
    );
  }
}

/** The node that an assignment (`=`, not `:=`) reports its errors at. */
function assignTarget(pipeline: PipelineNode): OperandNode | undefined {
  return pipeline.assigns ? (pipeline.commands.at(-1)?.operands[0] ?? pipeline) : undefined;
}

/** How a field or function is called: its operands and what was piped in. */
interface Call {
  readonly scope: Scope;
  readonly operands: readonly OperandNode[];
  readonly final: Final;
  /** The whole command, which the errors of a function show. */
  readonly command?: CommandNode;
}
