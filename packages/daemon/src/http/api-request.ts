import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { BodyNames, BodyTypes, OperationId, QueryTypes } from '@berth/engine-api';
import type { ApiReply } from './api-reply.ts';
import type { EngineServices } from './services.ts';

type BodyOf<Operation extends OperationId> = BodyNames[Operation] extends keyof BodyTypes
  ? BodyTypes[BodyNames[Operation]]
  : undefined;

/** One request, read by the route table. */
export interface ApiRequest<Operation extends OperationId = OperationId> {
  readonly operation: Operation;
  readonly version: string;
  /** The `{id}` or `{name}` of the path. */
  readonly name: string;
  readonly query: QueryTypes[Operation];
  readonly headers: IncomingHttpHeaders;
  /** The body's bytes, for operations that take a stream. */
  readonly stream: Readable;
  /** Reads and decodes the JSON body; an absent body is an empty one. At most once. */
  body(): Promise<BodyOf<Operation>>;
  /** Aborts when the client has gone before the answer was complete, and at shutdown. */
  readonly signal: AbortSignal;
}

export type ApiHandler<Operation extends OperationId> = (
  request: ApiRequest<Operation>,
  services: EngineServices,
) => ApiReply | Promise<ApiReply>;

/** Needs no engine: it answers while that is still starting. */
export type EarlyHandler<Operation extends OperationId> = (
  request: ApiRequest<Operation>,
) => ApiReply;

export type EarlyHandlers = {
  readonly [Operation in OperationId]?: EarlyHandler<Operation>;
};

/** Handlers by operation; what is missing answers 501. */
export type ApiHandlers = { readonly [Operation in OperationId]?: ApiHandler<Operation> };
