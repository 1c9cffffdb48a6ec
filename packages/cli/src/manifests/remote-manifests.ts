import { isEngineError } from '@berth/errors';
import {
  type Descriptor,
  type Digest,
  decodeConfigPlatform,
  decodeIndex,
  decodeManifest,
  formatReference,
  isIndexType,
  isManifestType,
  type Platform,
  parseReference,
  type Reference,
  withDefaultTag,
} from '@berth/oci';
import {
  createRegistryClient,
  type RegistryClient,
  type RemoteManifest,
  type RemoteRepository,
  registryAuthOf,
} from '@berth/registry-client';
import type { CliContext } from '../cli-context.ts';
import { registryLogin } from '../streams/registry-auth.ts';
import { CommandError } from '../usage-error.ts';
import { orderedPlatform, type StoredManifest, storedManifest } from './stored-manifest.ts';

/** Manifests in registries, reached by the command line itself with the user's own login. */
export class RemoteManifests implements AsyncDisposable {
  readonly #context: CliContext;
  readonly #client: RegistryClient;

  constructor(context: CliContext, { insecure }: { readonly insecure: readonly string[] }) {
    const { environment } = context;
    const from = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
    this.#context = context;
    this.#client = createRegistryClient({
      configuration: () => ({
        ...{ mirrors: [], insecure, registries: {}, downloadAttempts: 3 },
        certificateFolders: ['/etc/docker/certs.d', '/etc/berth/certs.d'],
        proxy: {
          httpProxy: from('HTTP_PROXY'),
          httpsProxy: from('HTTPS_PROXY'),
          noProxy: from('NO_PROXY'),
        },
      }),
    });
  }

  repository(reference: Reference, access: 'pull' | 'push'): RemoteRepository {
    const login = registryLogin(this.#context.config, formatReference(reference));
    return this.#client.repository(reference, { auth: registryAuthOf({ ...login }), access });
  }

  /** A manifest or a list. Fails with Docker's "no such manifest". */
  async read(reference: Reference): Promise<RemoteManifest> {
    try {
      return await this.repository(reference, 'pull').manifest(nameOf(reference));
    } catch (error) {
      if (!isEngineError(error) || error.kind !== 'not-found') throw error;
      if (error.code === 'registry.access-denied') throw error;
      const name = formatReference(reference);
      throw new CommandError(`no such manifest: ${name}`, { cause: error });
    }
  }

  /** An image's manifest with the platform that its configuration says. Fails for lists. */
  async image(reference: Reference, found?: RemoteManifest): Promise<StoredManifest> {
    const manifest = found ?? (await this.read(reference));
    const name = formatReference(reference);
    const { mediaType } = manifest.descriptor;
    if (isIndexType(mediaType)) throw new CommandError(`${name} is a manifest list`);
    if (!isManifestType(mediaType)) {
      throw new CommandError(`${name} is a manifest of the unsupported type ${mediaType}`);
    }
    const { config } = decodeManifest(manifest.bytes);
    const platform = await this.#platform(reference, config);
    const { digest, size } = manifest.descriptor;
    return storedManifest(name, { mediaType, digest, size, platform }, manifest.bytes);
  }

  /** The images of a list, each fetched; platforms are those of the list. */
  async images(reference: Reference, list: RemoteManifest): Promise<StoredManifest[]> {
    const images: StoredManifest[] = [];
    for (const { digest, platform } of decodeIndex(list.bytes).manifests) {
      const image = await this.image({ ...reference, digest });
      const { Descriptor: descriptor } = image;
      const chosen =
        platform === undefined
          ? descriptor
          : { ...descriptor, platform: orderedPlatform(platform) };
      images.push({ ...image, Descriptor: chosen });
    }
    return images;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #platform(reference: Reference, config: Descriptor): Promise<Platform> {
    const bytes = await this.repository(reference, 'pull').blob(config);
    return orderedPlatform(decodeConfigPlatform(bytes));
  }
}

/** A reference that a user typed, with `latest` when it names nothing. */
export function manifestReference(text: string): Reference {
  return withDefaultTag(parseReference(text));
}

/** The registries that --insecure opens. */
export function insecureHosts(insecure: boolean, ...references: readonly Reference[]): string[] {
  return insecure ? [...new Set(references.map(({ domain }) => domain))] : [];
}

function nameOf({ tag, digest }: Reference): string | Digest {
  return digest ?? tag ?? 'latest';
}
