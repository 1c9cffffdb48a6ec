import { ApiError } from '@berth/engine-client';
import { isEngineError } from '@berth/errors';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { compactJson, indentJson } from '../format/indent-json.ts';
import { inspectTemplate } from '../format/inspect-template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { CommandError } from '../usage-error.ts';
import type { ObjectKind } from './object-inspect.ts';

/** An object's kind and its JSON exactly as its owner sent it. */
export interface InspectedObject {
  readonly kind: ObjectKind | 'context';
  readonly json: string;
}

type Lookup = (reference: string) => Promise<InspectedObject>;

/** A failure of one reference that is reported among others. */
export class UnknownReference extends Error {}

/** Prints the objects that are found; failures come after them and make the exit code 1. */
export async function inspectEach(
  context: CliContext,
  { flags, args }: Pick<Invocation, 'flags' | 'args'>,
  get: Lookup,
): Promise<number> {
  const format = flags.string('format');
  const print = printer(format);
  const found: InspectedObject[] = [];
  const failures: string[] = [];
  let text = '';
  for (const reference of args) {
    try {
      const object = await get(reference);
      text += print(object);
      found.push(object);
    } catch (error) {
      const known =
        error instanceof ApiError ||
        error instanceof UnknownReference ||
        (isEngineError(error) && error.kind === 'not-found') ||
        error instanceof TemplateError;
      if (!known) throw error;
      failures.push(
        error instanceof TemplateError ? `template parsing error: ${error.message}` : error.message,
      );
    }
  }
  context.terminal.write(
    format === '' || format === 'json' ? jsonText(found, format) : text || '\n',
  );
  if (failures.length === 0) return 0;
  throw new CommandError(failures.join('\n'));
}

function jsonText(objects: readonly InspectedObject[], format: string): string {
  if (objects.length === 0) return '[]\n';
  const list = `[${objects.map((object) => object.json.trim()).join(',')}]`;
  return `${format === 'json' ? compactJson(list) : indentJson(list)}\n`;
}

/** Exit code of a template that cannot be parsed. */
const badTemplateExitCode = 64;

function printer(format: string): (object: InspectedObject) => string {
  if (format === '' || format === 'json') return () => '';
  try {
    const execute = inspectTemplate(format);
    return (object) => `${execute(object)}\n`;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`template parsing error: ${error.message}`, {
      exitCode: badTemplateExitCode,
    });
  }
}
