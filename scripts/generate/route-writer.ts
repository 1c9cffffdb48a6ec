import { correctedQuery, undocumentedQuery } from './api-corrections.ts';
import type { ApiDocument, Operation, Schema } from './api-document.ts';
import { bodyName, bodySchema } from './type-writer.ts';

interface QueryRow {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
}

/** Writes `routes.ts`: the route table and the type of each operation's query. */
export function writeRoutes(document: ApiDocument): string {
  const rows: string[] = [];
  const queries: string[] = [];
  const bodies: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const query = queryRows(operation);
      rows.push(`  ${JSON.stringify(routeRow(method, path, operation, query))},`);
      queries.push(`  ${operation.operationId}: { ${query.map(queryMember).join(' ')} };`);
      const body = bodyName(operation);
      bodies.push(`  ${operation.operationId}: ${body === undefined ? 'undefined' : `'${body}'`};`);
    }
  }
  return [
    `import type { ApiRoute } from '../api-route.ts';\n`,
    `export const documentVersion = '${document.info.version}';\n`,
    `/** Parsed query of each operation. */`,
    `export interface QueryTypes {\n${queries.join('\n')}\n}\n`,
    `/** Name of each operation's JSON body. */`,
    `export interface BodyNames {\n${bodies.join('\n')}\n}\n`,
    `export type OperationId = keyof QueryTypes;\n`,
    `export const routes: readonly ApiRoute<OperationId>[] = [\n${rows.join('\n')}\n];\n`,
  ].join('\n');
}

function routeRow(method: string, path: string, operation: Operation, query: QueryRow[]): object {
  const body = bodyName(operation);
  const stream = bodySchema(operation)?.type === 'string';
  const headers = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'header')
    .map((parameter) => parameter.name);
  return {
    operation: operation.operationId,
    method: method.toUpperCase(),
    path,
    tag: operation.tags[0],
    summary: operation.summary,
    query,
    ...(headers.length > 0 ? { headers } : {}),
    ...(body !== undefined ? { body } : {}),
    ...(stream ? { stream } : {}),
  };
}

function queryRows(operation: Operation): QueryRow[] {
  const corrected = correctedQuery[operation.operationId] ?? {};
  const documented = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => row(parameter.name, corrected[parameter.name] ?? parameter));
  const extra = Object.entries(undocumentedQuery[operation.operationId] ?? {});
  return [...documented, ...extra.map(([name, schema]) => row(name, schema))];
}

function row(name: string, schema: Pick<Schema, 'type'> & { default?: unknown }): QueryRow {
  const type = name === 'filters' ? 'filters' : (schema.type ?? 'string');
  return {
    name,
    type,
    ...(schema.default !== undefined && schema.default !== '' ? { default: schema.default } : {}),
  };
}

function queryMember({ name, type, default: fallback }: QueryRow): string {
  const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
  switch (type) {
    case 'boolean':
      return `${key}: boolean;`;
    case 'integer':
      return fallback === undefined ? `${key}: number | undefined;` : `${key}: number;`;
    case 'array':
      return `${key}: readonly string[];`;
    case 'filters':
      return `${key}: Readonly<Record<string, readonly string[]>>;`;
    default:
      return fallback === undefined ? `${key}: string | undefined;` : `${key}: string;`;
  }
}
