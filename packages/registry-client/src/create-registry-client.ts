import { type Reference, repositoryOf } from '@berth/oci';
import { openBlob, readSmallBlob } from './download-blob.ts';
import { listCatalog } from './list-catalog.ts';
import { listReferrers } from './list-referrers.ts';
import { listTags } from './list-tags.ts';
import { login } from './login.ts';
import { openFile } from './open-file.ts';
import { pingRegistry } from './ping-registry.ts';
import { readManifest, resolveManifest } from './read-manifest.ts';
import type { RegistryClient, RemoteRepository, RepositoryOptions } from './registry-client.ts';
import type { RegistryConfiguration } from './registry-configuration.ts';
import { RegistryContext } from './registry-context.ts';
import type { RepositoryContext } from './repository-context.ts';
import { type Pause, realPause } from './retry.ts';
import { searchImages } from './search-images.ts';
import { type Timeouts, timeoutsFor } from './timeouts.ts';
import { hasBlob, mountBlob, uploadBlob } from './upload-blob.ts';
import { deleteManifest, writeManifest } from './write-manifest.ts';

export interface RegistryClientOptions {
  /** Read anew at every call. */
  readonly configuration: () => RegistryConfiguration;
  /** Default: those for 60 s. */
  readonly timeouts?: () => Timeouts;
  /** Value of the User-Agent header. */
  readonly userAgent?: string;
  /** Milliseconds since the epoch; default the system's clock. */
  readonly now?: () => number;
  /** Waits between attempts; default real time. */
  readonly pause?: Pause;
}

const defaultTimeouts = timeoutsFor(60);

/** Makes a client. Nothing is opened before the first call; disposing closes its idle connections. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const registry = new RegistryContext({
    configuration: options.configuration,
    timeouts: options.timeouts ?? (() => defaultTimeouts),
    userAgent: options.userAgent ?? 'berth/0.1.0',
    now: options.now ?? (() => Date.now()),
    pause: options.pause ?? realPause,
  });
  return {
    repository: (reference, more) => remoteRepository(registry, reference, more),
    login: (auth, call) => login(registry, auth, call),
    ping: (host, call) => pingRegistry(registry, host, call),
    catalog: (host, call) => listCatalog(registry, host, call),
    search: (term, call) => searchImages(registry, term, call),
    openFile: (url, call) => openFile(registry, url, call),
    [Symbol.asyncDispose]: async () => registry[Symbol.dispose](),
  };
}

function remoteRepository(
  registry: RegistryContext,
  reference: Reference,
  { auth = {}, access = 'pull' }: RepositoryOptions = {},
): RemoteRepository {
  const repository = repositoryOf(reference);
  const context: RepositoryContext = { registry, reference: repository, auth, access };
  return {
    reference: repository,
    resolve: (name, call) => resolveManifest(context, name, call),
    manifest: (name, call) => readManifest(context, name, call),
    openBlob: (descriptor, call) => openBlob(context, descriptor, call),
    blob: (descriptor, call) => readSmallBlob(context, descriptor, call),
    hasBlob: (digest, call) => hasBlob(context, digest, call),
    mountBlob: (digest, from, call) => mountBlob(context, digest, from, call),
    uploadBlob: (descriptor, source, call) => uploadBlob(context, descriptor, source, call),
    putManifest: (name, mediaType, bytes, call) =>
      writeManifest(context, { reference: name, mediaType, bytes }, call),
    deleteManifest: (name, call) => deleteManifest(context, name, call),
    tags: (call) => listTags(context, call),
    referrers: (digest, call) => listReferrers(context, digest, call),
  };
}
