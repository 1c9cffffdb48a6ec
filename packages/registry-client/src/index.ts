export { isAddressOrRange } from './address-ranges.ts';
export {
  checkDefaultMirror,
  checkInsecureRegistry,
  checkMirror,
  checkRegistries,
} from './check-configuration.ts';
export { createRegistryClient, type RegistryClientOptions } from './create-registry-client.ts';
export {
  decodeRegistryAuth,
  decodeRegistryConfig,
  registryAuthOf,
} from './decode-registry-auth.ts';
export {
  filterSearchResults,
  readSearchFilter,
  type SearchFilter,
} from './filter-search-results.ts';
export { alwaysInsecure } from './insecure-hosts.ts';
export { type Distribution, inspectDistribution } from './inspect-distribution.ts';
export type { RegistryAuth } from './registry-auth.ts';
export type {
  AuthenticatedOptions,
  BlobSource,
  CallOptions,
  LoginResult,
  OpenBlobOptions,
  PingResult,
  RegistryClient,
  RemoteBlob,
  RemoteFile,
  RemoteManifest,
  RemoteRepository,
  RepositoryOptions,
  RetryNotice,
  SearchOptions,
  SearchResult,
  TagsOptions,
  UploadOptions,
  UploadOutcome,
} from './registry-client.ts';
export type {
  ProxySettings,
  RegistryConfiguration,
  RegistrySettings,
} from './registry-configuration.ts';
export { isUnknown } from './registry-failure.ts';
export { defaultServerAddress, hostOfServerAddress, isDefaultRegistry } from './registry-host.ts';
export { type Timeouts, timeoutsFor } from './timeouts.ts';
