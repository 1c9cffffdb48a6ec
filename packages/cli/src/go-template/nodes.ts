import type { GoValue } from './go-value.ts';

interface Base {
  /** Offset in the template, for error texts. */
  readonly at: number;
}

export interface DotNode extends Base {
  readonly kind: 'dot';
}
export interface NilNode extends Base {
  readonly kind: 'nil';
}
export interface ConstantNode extends Base {
  readonly kind: 'constant';
  readonly value: GoValue;
  readonly text: string;
}
export interface FieldNode extends Base {
  readonly kind: 'field';
  readonly names: readonly string[];
}
export interface VariableNode extends Base {
  readonly kind: 'variable';
  /** The name with `$`, then fields. */
  readonly names: readonly string[];
}
export interface ChainNode extends Base {
  readonly kind: 'chain';
  readonly operand: OperandNode;
  readonly names: readonly string[];
}
export interface IdentifierNode extends Base {
  readonly kind: 'identifier';
  readonly name: string;
}
export type OperandNode =
  | DotNode
  | NilNode
  | ConstantNode
  | FieldNode
  | VariableNode
  | ChainNode
  | IdentifierNode
  | PipelineNode;

export interface CommandNode extends Base {
  readonly kind: 'command';
  readonly operands: readonly OperandNode[];
}

export interface PipelineNode extends Base {
  readonly kind: 'pipeline';
  readonly declares: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export interface TextNode extends Base {
  readonly kind: 'text';
  readonly text: string;
}
export interface ActionNode extends Base {
  readonly kind: 'action';
  readonly pipeline: PipelineNode;
}
export interface BranchNode extends Base {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: PipelineNode;
  readonly body: readonly StatementNode[];
  readonly otherwise: readonly StatementNode[] | undefined;
}
export interface TemplateNode extends Base {
  readonly kind: 'template';
  readonly name: string;
  readonly pipeline: PipelineNode | undefined;
}
export interface LoopControlNode extends Base {
  readonly kind: 'break' | 'continue';
}
export type StatementNode = TextNode | ActionNode | BranchNode | TemplateNode | LoopControlNode;

/** A node as Go writes it back, for error texts. */
export function nodeText(node: OperandNode | CommandNode | StatementNode): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'constant':
      return node.text;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'identifier':
      return node.name;
    case 'chain':
      return `${operandText(node.operand)}${node.names.map((name) => `.${name}`).join('')}`;
    case 'command':
      return node.operands.map(operandText).join(' ');
    case 'pipeline':
      return pipelineText(node);
    case 'template': {
      const data = node.pipeline === undefined ? '' : ` ${pipelineText(node.pipeline)}`;
      return `{{template ${JSON.stringify(node.name)}${data}}}`;
    }
    case 'action':
      return `{{${pipelineText(node.pipeline)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.kind} ${pipelineText(node.pipeline)}}}`;
    case 'text':
      return node.text;
    default:
      return `{{${node.kind}}}`;
  }
}

function operandText(node: OperandNode): string {
  return node.kind === 'pipeline' ? `(${pipelineText(node)})` : nodeText(node);
}

function pipelineText(node: PipelineNode): string {
  const sign = node.assigns ? '=' : ':=';
  const left = node.declares.length === 0 ? '' : `${node.declares.join(', ')} ${sign} `;
  return left + node.commands.map(nodeText).join(' | ');
}
