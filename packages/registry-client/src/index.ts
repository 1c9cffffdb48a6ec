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
