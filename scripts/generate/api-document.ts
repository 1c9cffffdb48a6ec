import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { undocumentedFields } from './api-corrections.ts';

/** The part of a Swagger 2.0 schema that the Engine API document uses. */
export interface Schema {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  format?: string;
  title?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  allOf?: Schema[];
  $ref?: string;
  'x-nullable'?: boolean;
}

export interface Parameter extends Omit<Schema, 'required'> {
  name: string;
  in: 'path' | 'query' | 'header' | 'body';
  default?: unknown;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters?: Parameter[];
  responses: Record<string, { schema?: Schema }>;
}

export interface ApiDocument {
  info: { version: string };
  definitions: Record<string, Schema>;
  paths: Record<string, Record<string, Operation>>;
}

/**
 * Reads the current document and adds to it the properties and query parameters that only the older one
 * has, so that one set of types and decoders serves clients of every version.
 */
export function loadApiDocument(currentPath: string, olderPath: string): ApiDocument {
  const current = parse(readFileSync(currentPath, 'utf8')) as ApiDocument;
  const older = parse(readFileSync(olderPath, 'utf8')) as ApiDocument;
  for (const [name, schema] of Object.entries(older.definitions)) {
    const target = current.definitions[name];
    if (target !== undefined) mergeSchema(target, schema, current);
  }
  for (const [name, fields] of Object.entries(undocumentedFields)) {
    const target = current.definitions[name];
    if (target !== undefined) target.properties = { ...target.properties, ...fields };
  }
  for (const [path, operations] of Object.entries(older.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const target = current.paths[path]?.[method];
      if (target !== undefined) mergeOperation(target, operation, current);
    }
  }
  return current;
}

/** Adds operations and definitions of our own. Throws for what the document has already. */
export function addOwnDocument(document: ApiDocument, path: string): ApiDocument {
  const own = parse(readFileSync(path, 'utf8')) as Pick<ApiDocument, 'paths' | 'definitions'>;
  const taken = [
    ...Object.keys(own.paths).filter((name) => name in document.paths),
    ...Object.keys(own.definitions).filter((name) => name in document.definitions),
  ];
  if (taken.length > 0) throw new Error(`${path}: already in the Engine API: ${taken.join(', ')}`);
  Object.assign(document.paths, own.paths);
  Object.assign(document.definitions, own.definitions);
  return document;
}

/** The definition's name of a `#/definitions/Name` reference. */
export function referenceName(reference: string): string {
  return reference.replace('#/definitions/', '');
}

function mergeOperation(target: Operation, older: Operation, document: ApiDocument): void {
  for (const parameter of older.parameters ?? []) {
    const known = target.parameters?.some(
      (other) => other.in === parameter.in && other.name === parameter.name,
    );
    if (parameter.in === 'query' && !known) target.parameters?.push(parameter);
  }
  for (const [status, response] of Object.entries(older.responses)) {
    const schema = target.responses[status]?.schema;
    if (schema !== undefined && response.schema !== undefined) {
      mergeSchema(schema, response.schema, document);
    }
  }
}

function mergeSchema(target: Schema, older: Schema, document: ApiDocument): void {
  older.allOf?.forEach((part, index) => {
    const targetPart = target.allOf?.[index];
    if (targetPart !== undefined) mergeSchema(targetPart, part, document);
  });
  if (target.properties === undefined) return;
  for (const [name, property] of Object.entries(older.properties ?? {})) {
    const known = target.properties[name];
    if (known !== undefined) mergeSchema(known, property, document);
    else if (resolves(property, document)) target.properties[name] = property;
  }
}

function resolves(schema: Schema, document: ApiDocument): boolean {
  if (schema.$ref !== undefined) return referenceName(schema.$ref) in document.definitions;
  const parts = [
    schema.items,
    typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined,
    ...Object.values(schema.properties ?? {}),
  ];
  return parts.every((part) => part === undefined || resolves(part, document));
}
