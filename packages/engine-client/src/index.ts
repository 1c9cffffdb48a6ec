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
  type CallOptions,
  createEngineClient,
  type EngineClient,
  type EngineClientOptions,
  encodeQuery,
  type HijackedConnection,
  type PingResult,
  type Query,
  type StreamedResponse,
} from './engine-client.ts';
export { type EngineAddress, parseEngineHost } from './engine-host.ts';
export { jsonLines } from './json-lines.ts';
export {
  contextFolders,
  currentContextName,
  defaultHost,
  type Endpoint,
  type EndpointFlags,
  resolveEndpoint,
} from './resolve-endpoint.ts';
export { type RawClientConfig, updateClientConfig } from './update-client-config.ts';
