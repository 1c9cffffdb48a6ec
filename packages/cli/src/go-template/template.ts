import { dockerFunctions } from './docker-functions.ts';
import { evaluateTemplate } from './evaluator.ts';
import { builtinFunctions, type TemplateFunction } from './functions.ts';
import type { GoValue } from './go-value.ts';
import { parseTemplateText } from './parser.ts';

export interface TemplateOptions {
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
  readonly missingKey?: 'default' | 'error';
}

/** A template that is ready to run. */
export interface Template {
  /** The text for one value. Throws TemplateError. */
  execute(data: GoValue, options?: TemplateOptions): string;
}

const knownNames: ReadonlySet<string> = new Set([
  'and',
  'or',
  ...Object.keys(builtinFunctions),
  ...Object.keys(dockerFunctions),
]);

/** Parses a Go template with Docker's functions. Throws TemplateError. */
export function parseTemplate(text: string, name = ''): Template {
  const template = parseTemplateText(name, text, knownNames);
  return {
    execute(data, options = {}) {
      const functions = { ...builtinFunctions, ...(options.functions ?? dockerFunctions) };
      const missingKey = options.missingKey ?? 'default';
      return evaluateTemplate({ name, text, template, functions, missingKey }, data);
    },
  };
}
