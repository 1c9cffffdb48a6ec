import { headerFunctions } from '../go-template/docker-functions.ts';
import { goJson } from '../go-template/go-json.ts';
import { type GoMethod, GoStruct, type GoValue } from '../go-template/go-value.ts';
import { parseTemplate } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { CommandError } from '../usage-error.ts';
import { type ListView, listTemplate, plainTable } from './plain-table.ts';
import { alignTabs } from './tab-writer.ts';

export interface ListOptions {
  /** The template in use; one of the list's defaults when the user gave none. */
  readonly format: string;
}

/** The list as text, lines ended. Throws CommandError for a bad template. */
export function formatList<Row>(
  view: ListView<Row>,
  rows: readonly Row[],
  { format }: ListOptions,
): string {
  const plain = plainTable(view, rows, format);
  if (plain !== undefined) return plain;
  const { isTable, text } = listTemplate(format);
  try {
    const template = parseTemplate(text);
    const lines = rows.map((row) => `${template.execute(new RowStruct(view, row))}\n`);
    if (!isTable) return lines.join('');
    const header = template.execute(headerRow(view), { functions: headerFunctions });
    return alignTabs(`${header}\n${lines.join('')}`);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`template parsing error: ${error.message}`);
  }
}

/**
 * Runs a template on an empty row and tells whether it uses a column. Throws CommandError for a template
 * that is wrong, so that the user learns of it before the daemon is asked.
 */
export function usesColumn<Row>(view: ListView<Row>, format: string, column: string): boolean {
  let used = false;
  const probe = new ProbeStruct(view, (name) => {
    used ||= name === column;
  });
  const template = guarded('parse', () => parseTemplate(format));
  guarded('execute', () => template.execute(probe));
  return used;
}

function guarded<T>(step: 'parse' | 'execute', action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`failed to ${step} template: ${error.message}`);
  }
}

class RowStruct<Row> extends GoStruct {
  readonly typeName: string;
  readonly #view: ListView<Row>;
  readonly #row: Row;

  constructor(view: ListView<Row>, row: Row) {
    super();
    this.typeName = view.typeName;
    this.#view = view;
    this.#row = row;
  }

  override member(name: string): { readonly value: GoValue } | GoMethod | undefined {
    const column = own(this.#view.columns, name);
    if (column !== undefined) return { value: column.value(this.#row) };
    const method = own(this.#view.methods ?? {}, name);
    if (method === undefined) return undefined;
    return { parameters: 1, call: (argument) => method(this.#row, String(argument)) };
  }

  override *fields(): Iterable<readonly [string, GoValue]> {
    for (const name of Object.keys(this.#view.columns).sort()) {
      yield [name, this.#view.columns[name]?.value(this.#row)];
    }
  }

  override get jsonText(): string {
    return goJson(Object.fromEntries(this.fields())).replace(/[<>&]/g, htmlSafe);
  }
}

/** Go's JSON encoder escapes what HTML gives a meaning to. */
function htmlSafe(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`;
}

class ProbeStruct<Row> extends GoStruct {
  readonly typeName: string;
  readonly #view: ListView<Row>;
  readonly #onUse: (name: string) => void;

  constructor(view: ListView<Row>, onUse: (name: string) => void) {
    super();
    this.typeName = view.typeName;
    this.#view = view;
    this.#onUse = onUse;
  }

  override member(name: string): { readonly value: GoValue } | GoMethod | undefined {
    this.#onUse(name);
    if (own(this.#view.columns, name) !== undefined) return { value: '' };
    if (own(this.#view.methods ?? {}, name) === undefined) return undefined;
    return { parameters: 1, call: () => '' };
  }

  override *fields(): Iterable<readonly [string, GoValue]> {
    for (const name of Object.keys(this.#view.columns)) {
      this.#onUse(name);
      yield [name, ''];
    }
  }
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The header row: column titles, and titles made of label names. */
function headerRow<Row>(view: ListView<Row>): GoStruct {
  return new HeaderStruct(view);
}

class HeaderStruct<Row> extends GoStruct {
  override readonly typeName = 'map[string]string';
  readonly #view: ListView<Row>;

  constructor(view: ListView<Row>) {
    super();
    this.#view = view;
  }

  override member(name: string): { readonly value: GoValue } | GoMethod {
    const column = own(this.#view.columns, name);
    if (column !== undefined) return { value: column.header };
    return { parameters: 1, call: (argument) => labelHeader(String(argument)) };
  }

  override *fields(): Iterable<readonly [string, GoValue]> {
    for (const name of Object.keys(this.#view.columns).sort()) {
      yield [name, this.#view.columns[name]?.header];
    }
  }
}

/** `com.example.cpu_type` → `cpu type` */
function labelHeader(label: string): string {
  const last = label.slice(label.lastIndexOf('.') + 1);
  return last.replace(/[-_]/g, ' ');
}
