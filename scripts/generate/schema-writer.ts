import { stringOrList } from './api-corrections.ts';
import { type ApiDocument, referenceName, type Schema } from './api-document.ts';
import { bodyName, namedSchemas } from './type-writer.ts';

/** Writes `body-schemas.ts`: what the decoder needs to know of every schema that a request body reaches. */
export function writeBodySchemas(document: ApiDocument): string {
  const named = namedSchemas(document);
  const bodies = new Set<string>();
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      const name = bodyName(operation);
      if (name !== undefined) bodies.add(name);
    }
  }
  const written = new Map<string, string>();
  const queue = [...bodies];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const schema = named.get(name);
    if (written.has(name) || schema === undefined) continue;
    written.set(name, describe(schema, name, queue));
  }
  const entries = [...written].map(([name, text]) => `  ${name}: ${text},`);
  const types = [...bodies].map((name) => `  ${name}: types.${name};`);
  return [
    `import type { BodySchema } from '../body-schema.ts';`,
    `import type * as types from './types.ts';\n`,
    `/** The decoded type of each request body, by schema name. */`,
    `export interface BodyTypes {\n${types.join('\n')}\n}\n`,
    `export const bodySchemas: Readonly<Record<string, BodySchema>> = {\n${entries.join('\n')}\n};\n`,
  ].join('\n');
}

function describe(schema: Schema, path: string, queue: string[]): string {
  if (schema.$ref !== undefined) {
    queue.push(referenceName(schema.$ref));
    return `{ ref: '${referenceName(schema.$ref)}' }`;
  }
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map((part) => describe(part, path, queue));
    return parts.length === 1 ? `${parts[0]}` : `{ all: [${parts.join(', ')}] }`;
  }
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return `'${schema.type}'`;
    case 'integer':
      return `'${integerFormat(schema.format)}'`;
    case 'number':
      return `'float64'`;
    case 'array':
      if (stringOrList.has(path)) return `'strings'`;
      return `{ array: ${describe(schema.items ?? {}, path, queue)} }`;
    default:
      return describeObject(schema, path, queue);
  }
}

function describeObject(schema: Schema, path: string, queue: string[]): string {
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(
      ([name, property]) =>
        `${JSON.stringify(name)}: ${describe(property, `${path}.${name}`, queue)}`,
    );
    return `{ object: { ${fields.join(', ')} } }`;
  }
  const values = schema.additionalProperties;
  if (typeof values === 'object' && Object.keys(values).length > 0) {
    return `{ map: ${describe(values, path, queue)} }`;
  }
  return schema.type === 'object' ? `{ map: 'any' }` : `'any'`;
}

function integerFormat(format: string | undefined): string {
  return format !== undefined && /^u?int(8|16|32|64)$/.test(format) ? format : 'int64';
}
