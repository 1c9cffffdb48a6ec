import type { ApiDocument } from './api-document.ts';
import {
  type ClientOperation,
  type ClientParameter,
  clientOperations,
} from './client-operations.ts';
import { namedSchemas } from './type-writer.ts';

const ownTypes: readonly (readonly [from: string, names: readonly string[]])[] = [
  ['node:stream', ['Readable']],
  ['../engine-transport.ts', ['CallOptions', 'HijackedConnection']],
  [
    '../operation-values.ts',
    ['ByteSource', 'ContainerArchive', 'FilterValue', 'Moment', 'PathStat', 'ProgressRecord'],
  ],
  ['../output-streams.ts', ['AttachedStreams', 'OutputStreams']],
  ['../record-stream.ts', ['RecordStream']],
];

/** Writes the client's `api.ts`: parameters of every operation, and the groups with their methods. Types alone. */
export function writeClientApi(document: ApiDocument): string {
  const operations = clientOperations(document);
  const parameters = operations.flatMap(parameterTypes);
  const groups = groupsOf(operations);
  const interfaces = [...groups].map(([group, methods]) =>
    [`export interface ${groupType(group)} {`, ...methods.map(methodSignature), '}\n'].join('\n'),
  );
  const client = [
    '/** Every operation of the Engine API, by what it is about. */',
    'export interface EngineApi {',
    ...[...groups.keys()].map((group) => `  readonly ${group}: ${groupType(group)};`),
    '}\n',
  ].join('\n');
  const text = [...parameters, ...interfaces, client].join('\n');
  return `${imports(text, document)}\n\n${text}`;
}

/** Writes the client's `operations.ts`: a row of text per operation, all that the client needs at run time. */
export function writeClientOperations(document: ApiDocument): string {
  const groups = [...groupsOf(clientOperations(document))].map(([group, methods]) => {
    const rows = methods.map((method) => `    ${method.method}: '${row(method)}',`);
    return [`  ${group}: {`, ...rows, '  },'].join('\n');
  });
  return [
    "import type { EngineApi } from './api.ts';\n",
    'type Rows = { readonly [Group in keyof EngineApi]: Readonly<Record<keyof EngineApi[Group], string>> };\n',
    '/** Read by `operation-row.ts`, which tells what the words mean. */',
    `export const operations: Rows = {\n${groups.join('\n')}\n};\n`,
  ].join('\n');
}

function row({ verb, path, body, parameters, needsAuth, kind }: ClientOperation): string {
  const words = [verb, path];
  if (body !== undefined && !body.optional) words.push(`<${body.kind}`);
  if (body?.optional === true) words.push('?body');
  else if (parameters.length > 0) words.push('?');
  if (needsAuth) words.push('@auth');
  if (kind !== 'none') words.push(`>${kind}`);
  return words.join(' ');
}

function groupsOf(operations: readonly ClientOperation[]): Map<string, ClientOperation[]> {
  return Map.groupBy(operations, ({ group }) => group);
}

function groupType(group: string): string {
  return `${group.charAt(0).toUpperCase()}${group.slice(1)}Api`;
}

function parameterTypes({ id, parameters, body }: ClientOperation): string[] {
  if (parameters.length === 0) return [];
  const filters = parameters.filter((parameter) => parameter.filters !== undefined);
  const members = parameters.map((parameter) => member(id, parameter));
  if (body?.optional === true) members.push(`  readonly body?: ${body.type} | undefined;`);
  return [
    ...filters.map((parameter) => filterType(id, parameter)),
    `export interface ${id}Parameters {\n${members.join('\n')}\n}\n`,
  ];
}

function filterType(id: string, { filters = [] }: ClientParameter): string {
  const members = filters.map((name) => `  readonly ${key(name)}?: FilterValue | undefined;`);
  return `export interface ${id}Filters {\n${members.join('\n')}\n}\n`;
}

function member(id: string, { name, type, filters, required }: ClientParameter): string {
  const text = filters === undefined ? type : `${id}Filters`;
  return required
    ? `  readonly ${key(name)}: ${text};`
    : `  readonly ${key(name)}?: ${text} | undefined;`;
}

function key(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

function methodSignature(operation: ClientOperation): string {
  const { id, method, summary, verb, path, body, parameters, kind, resultType } = operation;
  const required = parameters.some((parameter) => parameter.required);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => `${name}: string`);
  const taken = [
    ...names,
    ...(body !== undefined && !body.optional ? [`body: ${body.type}`] : []),
    ...(parameters.length > 0 ? [`parameters${required ? '' : '?'}: ${id}Parameters`] : []),
    'options?: CallOptions',
  ];
  const result = kind === 'list' ? nonNull(resultType) : resultType;
  return `  /** ${summary}: ${verb} ${path} */\n  ${method}(${taken.join(', ')}): Promise<${result}>;`;
}

function nonNull(type: string): string {
  return type.replace(/ \| null$/, '');
}

/** Imports of the names that `text` has: the client's own, and definitions of the document. */
function imports(text: string, document: ApiDocument): string {
  const used = new Set(text.match(/\b[A-Z]\w+/g));
  const own = new Set(ownTypes.flatMap(([, names]) => names));
  const declared = new Set([...text.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name));
  const definitions = [...namedSchemas(document).keys()].filter(
    (name) => used.has(name) && !own.has(name) && !declared.has(name),
  );
  return [
    ...ownTypes.map(([from, names]) => [from, names.filter((name) => used.has(name))] as const),
    ['@berth/engine-api', definitions.toSorted()] as const,
  ]
    .map(([from, names]) => `import type { ${names.join(', ')} } from '${from}';`)
    .join('\n');
}
