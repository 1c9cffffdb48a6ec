import type { AuthConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { ApiError } from './api-error.ts';
import type { CallOptions, EngineTransport, Query } from './engine-transport.ts';
import { openAttached, openOutput } from './open-streams.ts';
import { type OperationRow, parseOperationRow } from './operation-row.ts';
import {
  decodePathStat,
  encodeFilters,
  encodeRegistryHeader,
  type FilterValue,
  type ProgressRecord,
} from './operation-values.ts';
import { RecordStream } from './record-stream.ts';

/** A request, ready to be sent. */
interface OperationCall {
  readonly method: string;
  readonly path: string;
  readonly options: CallOptions;
}

/**
 * Calls the operation of a generated row: the values of the path's parameters come first, then the body,
 * the parameters and the options, those of them that the operation has.
 */
export async function callOperation(
  transport: EngineTransport,
  text: string,
  values: readonly unknown[],
): Promise<unknown> {
  const row = parseOperationRow(text);
  const { method, path, options } = operationCall(row, values);
  switch (row.kind) {
    case 'none':
      await transport.text(method, path, options);
      return undefined;
    case 'json':
      return transport.json(method, path, options);
    case 'list':
      return (await transport.json(method, path, options)) ?? [];
    case 'text':
      return transport.text(method, path, options);
    case 'socket':
      return transport.hijack(method, path, { ...options, upgrade: 'h2c' });
    case 'streams':
      return (method === 'GET' ? openOutput : openAttached)(transport, path, options);
    default:
      return readStreamed(transport, row, { method, path, options });
  }
}

async function readStreamed(
  transport: EngineTransport,
  { kind }: OperationRow,
  { method, path, options }: OperationCall,
): Promise<unknown> {
  const { headers, body } = await transport.stream(method, path, options);
  if (kind === 'records') return new RecordStream(body, throwFailure);
  if (kind === 'tar') return body;
  if (kind !== 'archive') body.destroy();
  if (kind === 'headers') return headers;
  try {
    const stat = decodePathStat(headers.get('x-docker-container-path-stat'));
    return kind === 'stat' ? stat : { stat, body };
  } catch (error) {
    body.destroy();
    const reason = `the path's stat cannot be read: ${(error as Error).message}`;
    throw engineError('client.bad-response', { host: transport.host, reason }, { cause: error });
  }
}

/** Progress ends with a record that tells of the failure, where there was one: the status was sent long before. */
function throwFailure(record: unknown): void {
  if (typeof record !== 'object' || record === null) return;
  const { error, errorDetail } = record as ProgressRecord & {
    readonly error?: unknown;
    readonly errorDetail?: { readonly code?: number; readonly message?: string };
  };
  if (typeof error !== 'string' && errorDetail?.message === undefined) return;
  const code = errorDetail?.code ?? 0;
  throw new ApiError(code >= 400 ? code : 500, errorDetail?.message ?? String(error));
}

function operationCall(row: OperationRow, values: readonly unknown[]): OperationCall {
  const rest = [...values];
  const path = row.path.replace(
    /(\w+)\/\{(?:id|name)\}/g,
    (_, kind: string) => `${kind}/${pathValue(rest.shift(), kind)}`,
  );
  const body = row.body === undefined ? undefined : rest.shift();
  const given = row.parameters === false ? {} : ((rest.shift() ?? {}) as Record<string, unknown>);
  const options = (rest.shift() ?? {}) as CallOptions;
  const { registryAuth, registryConfig, filters, ...others } = given;
  const inParameters = row.parameters === 'body' ? others.body : undefined;
  const query = row.parameters === 'body' ? { ...others, body: undefined } : others;
  return {
    method: row.method,
    path,
    options: {
      ...options,
      query: {
        ...(query as Query),
        ...(filters === undefined
          ? {}
          : { filters: encodeFilters(filters as Record<string, FilterValue>) }),
      },
      headers: { ...registryHeaders(row, registryAuth, registryConfig), ...options.headers },
      ...(row.body === 'tar' ? tarBody(body) : jsonBody(body ?? inParameters)),
    },
  };
}

/** Names of images and plug-ins keep their slashes, as other clients send them. */
const slashed = new Set(['images', 'distribution', 'plugins']);

function pathValue(value: unknown, kind: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    const reason = `invalid ${kind.replace(/s$/, '')} name or ID: value is empty`;
    throw engineError('common.invalid-argument', { reason });
  }
  const encoded = encodeURIComponent(value);
  return slashed.has(kind) ? encoded.replaceAll('%2F', '/') : encoded;
}

function jsonBody(body: unknown): Pick<CallOptions, 'json'> {
  return body === undefined ? {} : { json: body };
}

function tarBody(body: unknown): Pick<CallOptions, 'body' | 'headers'> {
  return body === undefined ? {} : { body: body as NonNullable<CallOptions['body']> };
}

function registryHeaders(
  row: OperationRow,
  auth: unknown,
  config: unknown,
): Record<string, string> {
  const login = auth ?? (row.auth ? {} : undefined);
  return {
    ...(row.body === 'tar' ? { 'Content-Type': 'application/x-tar' } : {}),
    ...(login === undefined
      ? {}
      : { 'X-Registry-Auth': encodeRegistryHeader(login as AuthConfig) }),
    ...(config === undefined
      ? {}
      : { 'X-Registry-Config': encodeRegistryHeader(config as Record<string, AuthConfig>) }),
  };
}
