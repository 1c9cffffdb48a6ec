export type * from '@berth/engine-api/generated/types.ts';
export { EngineError, type ErrorKind, isEngineError } from '@berth/errors';
export { ApiError, apiErrorFrom, isApiError } from './api-error.ts';
export { fallbackApiVersion, negotiatedApiVersion } from './api-version.ts';
export {
  type ClientConfig,
  configFolder,
  type ProxySettings,
  readClientConfig,
} from './client-config.ts';
export type { TlsOptions } from './dial.ts';
export {
  createEngineClient,
  type EngineClient,
  type EngineClientOptions,
  endpointFromEnvironment,
  withOperations,
} from './engine-client.ts';
export { type EngineAddress, parseEngineHost } from './engine-host.ts';
export type {
  CallOptions,
  EngineTransport,
  HijackedConnection,
  HijackOptions,
  PingResult,
  Query,
  StreamedResponse,
} from './engine-transport.ts';
export type * from './generated/api.ts';
export { createHttpTransport, encodeQuery, type TransportOptions } from './http-transport.ts';
export { jsonLines } from './json-lines.ts';
export {
  type ByteSource,
  type ContainerArchive,
  decodePathStat,
  type FilterValue,
  type Moment,
  type PathStat,
  type ProgressRecord,
} from './operation-values.ts';
export { AttachedStreams, type OutputChunk, OutputStreams } from './output-streams.ts';
export { RecordStream } from './record-stream.ts';
export {
  contextFolders,
  currentContextName,
  defaultHost,
  type Endpoint,
  type EndpointFlags,
  resolveEndpoint,
} from './resolve-endpoint.ts';
export { type RawClientConfig, updateClientConfig } from './update-client-config.ts';
