import { correctedQuery, undocumentedQuery } from './api-corrections.ts';
import type { ApiDocument, Operation, Parameter, Schema } from './api-document.ts';
import {
  clientGroups,
  clientHeaders,
  clientNames,
  clientQuery,
  clientResults,
  leftOut,
  optionalBody,
  splitOperations,
  undocumentedFilters,
} from './client-corrections.ts';
import { bodyName, bodySchema, typeOf } from './type-writer.ts';

/** One parameter of a method's parameter object. */
export interface ClientParameter {
  readonly name: string;
  /** TypeScript text; `filters` parameters have the names of their filters instead. */
  readonly type: string;
  readonly filters?: readonly string[];
  readonly required: boolean;
}

/** One method of the client. */
export interface ClientOperation {
  /** Name of its types: the operation's ID, or group and method where an operation has several. */
  readonly id: string;
  readonly group: string;
  readonly method: string;
  readonly summary: string;
  readonly verb: string;
  readonly path: string;
  readonly body?: {
    readonly kind: 'json' | 'tar';
    readonly type: string;
    readonly optional: boolean;
  };
  readonly parameters: readonly ClientParameter[];
  /** The engine refuses the request without a login, be it an empty one. */
  readonly needsAuth: boolean;
  /** How the answer is read: see `packages/engine-client/src/call-operation.ts`. */
  readonly kind: string;
  readonly resultType: string;
}

/** All methods of the client, in the document's order. */
export function clientOperations(document: ApiDocument): ClientOperation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { operationId }]) => leftOut[operationId] === undefined)
      .flatMap(([verb, operation]) => methodsOf(verb.toUpperCase(), path, operation)),
  );
}

function methodsOf(verb: string, path: string, operation: Operation): ClientOperation[] {
  const id = operation.operationId;
  const body = bodyOf(operation);
  const parameters = parametersOf(operation);
  const [kind, resultType] = clientResults[id] ?? documentedResult(operation);
  const needsAuth =
    operation.parameters?.some(
      ({ name, required }) => name === 'X-Registry-Auth' && required === true,
    ) === true;
  const common = { verb, path, kind, resultType, needsAuth };
  const parts = splitOperations[id];
  if (parts === undefined) {
    const name = place(operation);
    const summary = operation.summary.replaceAll('"', '').trim();
    return [{ id, ...name, ...common, summary, parameters, ...(body ? { body } : {}) }];
  }
  return parts.map((part) => ({
    ...named(part.name),
    ...common,
    id: pascal(part.name),
    summary: part.summary,
    path: `${path}${part.always ?? ''}`,
    parameters: parameters
      .filter(({ name }) => name in part.query || headerNames.has(name))
      .map((parameter) => ({ ...parameter, required: part.query[parameter.name] === true })),
    ...(part.body && body ? { body } : {}),
  }));
}

const headerNames = new Set(Object.values(clientHeaders).map(([name]) => name));

/** `images.pull` as `ImagesPull`. */
function pascal(name: string): string {
  return name.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function named(name: string): { group: string; method: string } {
  const [group = '', method = ''] = name.split('.');
  return { group, method };
}

/** `ContainerList` is `containers.list`; what deletes is called `remove`. */
function place({ operationId, tags }: Operation): { group: string; method: string } {
  const given = clientNames[operationId];
  if (given !== undefined) return named(given);
  if (tags[0] === 'Berth') return { group: 'berth', method: lowerFirst(operationId) };
  const [, word = '', rest = ''] = /^([A-Z][a-z]+)(\w+)$/.exec(operationId) ?? [];
  const group = clientGroups[word];
  if (group === undefined) throw new Error(`${operationId}: name its method in clientNames`);
  return { group, method: rest === 'Delete' ? 'remove' : lowerFirst(rest) };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function bodyOf(operation: Operation): ClientOperation['body'] {
  const schema = bodySchema(operation);
  if (schema === undefined) return undefined;
  const optional = optionalBody.has(operation.operationId);
  const type = bodyName(operation);
  return type === undefined
    ? { kind: 'tar', type: 'ByteSource', optional }
    : { kind: 'json', type, optional };
}

function parametersOf(operation: Operation): ClientParameter[] {
  const id = operation.operationId;
  const documented = (operation.parameters ?? []).flatMap((parameter) =>
    parameter.in === 'query'
      ? [queryParameter(id, parameter)]
      : parameter.in === 'header'
        ? headerParameter(parameter)
        : [],
  );
  const further = Object.entries(undocumentedQuery[id] ?? {}).map(([name, schema]) =>
    queryParameter(id, { ...schema, name, in: 'query', required: false }),
  );
  return [...documented, ...further];
}

function headerParameter({ name }: Parameter): ClientParameter[] {
  const header = clientHeaders[name];
  return header === undefined ? [] : [{ name: header[0], type: header[1], required: false }];
}

function queryParameter(operation: string, parameter: Parameter): ClientParameter {
  const { name } = parameter;
  const required = parameter.required === true;
  if (name === 'filters') {
    return { name, type: 'filters', filters: filterNames(operation, parameter), required };
  }
  const { required: _, ...documented } = parameter;
  const schema: Schema = correctedQuery[operation]?.[name] ?? documented;
  const type =
    clientQuery[operation]?.[name] ?? typeOf(schema.type ? schema : { type: 'string' }, '');
  return { name, type, required };
}

/** The document lists the names of filters in prose: a list with each name in code letters. */
function filterNames(operation: string, { description = '' }: Parameter): string[] {
  const listed = [...description.matchAll(/^\s*- `([\w.-]+)[=`<]/gm)].map(([, name = '']) => name);
  if (listed.length === 0) throw new Error(`${operation}: the document names no filters`);
  return [...listed, ...(undocumentedFilters[operation] ?? [])];
}

/** The answer by its schema: `list` is an array that may come as null, `none` has no body. */
function documentedResult(operation: Operation): readonly [kind: string, type: string] {
  const schema = Object.entries(operation.responses)
    .filter(([status]) => status < '300')
    .map(([, response]) => response.schema)
    .find((found) => found !== undefined);
  if (schema === undefined) return ['none', 'void'];
  if (schema.format === 'binary') return ['tar', 'Readable'];
  const type = schema.title ?? typeOf(schema, '');
  return [schema.type === 'array' ? 'list' : 'json', type];
}
