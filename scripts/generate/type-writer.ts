import { type ApiDocument, type Operation, referenceName, type Schema } from './api-document.ts';

/** Writes `types.ts`: one exported type per definition, named request body and named response. */
export function writeTypes(document: ApiDocument): string {
  const named = namedSchemas(document);
  const parts = [...named].map(([name, schema]) => declaration(name, schema));
  return parts.join('\n');
}

/** Every schema that gets a type name: definitions, then bodies and responses that are written in place. */
export function namedSchemas(document: ApiDocument): Map<string, Schema> {
  const named = new Map(Object.entries(document.definitions));
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      const name = bodyName(operation);
      const body = bodySchema(operation);
      if (name !== undefined && body !== undefined && !named.has(name)) named.set(name, body);
      for (const { schema } of Object.values(operation.responses)) {
        for (const part of [schema, schema?.items]) {
          if (part?.title !== undefined && !named.has(part.title)) named.set(part.title, part);
        }
      }
    }
  }
  return named;
}

/** The name of an operation's JSON body: the referenced definition, the title, or `<Operation>Request`. */
export function bodyName(operation: Operation): string | undefined {
  const schema = bodySchema(operation);
  if (schema === undefined || schema.type === 'string') return undefined;
  if (schema.$ref !== undefined) return referenceName(schema.$ref);
  return schema.title ?? `${operation.operationId}Request`;
}

export function bodySchema(operation: Operation): Schema | undefined {
  return operation.parameters?.find((parameter) => parameter.in === 'body')?.schema;
}

function declaration(name: string, schema: Schema): string {
  if (schema.properties !== undefined) return `export interface ${name} ${members(schema, '')}\n`;
  return `export type ${name} = ${typeOf(schema, '')};\n`;
}

function members(schema: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const required = schema.required?.includes(name) === true;
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const nullable = isNullable(property, required) ? ' | null' : '';
    const type = `${typeOf(property, inner)}${nullable}`;
    return required ? `${inner}${key}: ${type};` : `${inner}${key}?: ${type} | undefined;`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** The engine prints `null` for absent lists, maps and nested objects, so these may always be null. */
function isNullable(schema: Schema, required: boolean): boolean {
  if (schema['x-nullable'] !== undefined) return schema['x-nullable'];
  if (schema.type === 'array') return true;
  if (required) return false;
  return schema.type === 'object' || schema.$ref !== undefined;
}

/** The TypeScript type of a schema; nested objects are indented by `indent`. */
export function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return referenceName(schema.$ref);
  if (schema.allOf !== undefined) {
    return schema.allOf.map((part) => typeOf(part, indent)).join(' & ');
  }
  switch (schema.type) {
    case 'string':
      return schema.enum === undefined ? 'string' : openUnion(schema.enum);
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return arrayType(schema.items ?? {}, indent);
    default:
      return objectType(schema, indent);
  }
}

function objectType(schema: Schema, indent: string): string {
  if (schema.properties !== undefined) return members(schema, indent);
  const values = schema.additionalProperties;
  if (typeof values === 'object' && Object.keys(values).length > 0) {
    const nullable = values['x-nullable'] === true || values.type === 'array' ? ' | null' : '';
    return `Record<string, ${typeOf(values, indent)}${nullable}>`;
  }
  if (schema.enum !== undefined) return 'Record<string, never>';
  return schema.type === 'object' ? 'Record<string, unknown>' : 'unknown';
}

function arrayType(items: Schema, indent: string): string {
  const element = items.title ?? typeOf(items, indent);
  return /^[\w.]+$/.test(element) ? `readonly ${element}[]` : `readonly (${element})[]`;
}

/** The documented words, and any other: the engine does not close these sets when it reads a body. */
function openUnion(words: unknown[]): string {
  return `${words.map((word) => JSON.stringify(word)).join(' | ')} | (string & {})`;
}
