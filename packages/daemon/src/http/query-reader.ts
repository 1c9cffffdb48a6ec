import type { ApiRoute, OperationId, QueryParameter, QueryTypes } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { parseFilters } from './filter-parameter.ts';

/** Reads the query of an operation by its row of the route table. Unknown parameters have no effect. */
export function readQuery<Operation extends OperationId>(
  route: ApiRoute<Operation>,
  search: URLSearchParams,
): QueryTypes[Operation] {
  const query: Record<string, unknown> = {};
  for (const parameter of route.query) query[parameter.name] = readParameter(parameter, search);
  return query as QueryTypes[Operation];
}

function readParameter(parameter: QueryParameter, search: URLSearchParams): unknown {
  const text = search.get(parameter.name);
  switch (parameter.type) {
    case 'boolean':
      return text === null ? parameter.default === true : readBoolean(text);
    case 'integer':
      return text === null || text === '' ? parameter.default : readInteger(parameter.name, text);
    case 'array':
      return search.getAll(parameter.name).filter((value) => value !== '');
    case 'filters':
      return parseFilters(text ?? '');
    case 'string':
      return text === null || text === '' ? parameter.default : text;
  }
}

/** Everything but these words is true, as in Docker: `1`, `t`, `yes`, even `maybe`. */
export function readBoolean(text: string): boolean {
  return !['', '0', 'no', 'false', 'none'].includes(text.trim().toLowerCase());
}

function readInteger(name: string, text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw engineError('api.invalid-query', {
      name,
      reason: `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    });
  }
  return value;
}
