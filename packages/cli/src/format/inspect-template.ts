import type { InspectedObject } from '../commands/inspect-each.ts';
import type { GoValue } from '../go-template/go-value.ts';
import { parseTemplate } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { typedView } from '../go-template/typed-view.ts';

/**
 * Runs a template on an inspected object: first on the object as the Go type that Docker has for its
 * kind, then, when that fails, on its JSON as it is. Throws TemplateError.
 */
export function inspectTemplate(format: string): (object: InspectedObject) => string {
  const template = parseTemplate(format);
  return ({ kind, json }) => {
    const raw = parseJson(json);
    if (kind === 'context') return template.execute(raw, { missingKey: 'error' });
    try {
      return template.execute(typedView(kind, raw));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return template.execute(raw, { missingKey: 'error' });
    }
  };
}

/** JSON with integers of any size kept exact. */
export function parseJson(text: string): GoValue {
  const reviver = (_key: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(context.source ?? '')
      ? BigInt(context.source ?? '0')
      : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown) as GoValue;
}
