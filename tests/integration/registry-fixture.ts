import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Descriptor, mediaTypes, parseReference, type Reference, sha256Of } from '@berth/oci';
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryClientOptions,
  type RegistryConfiguration,
  type RemoteRepository,
} from '@berth/registry-client';

export const plainConfiguration: RegistryConfiguration = {
  mirrors: [],
  insecure: [],
  registries: {},
  proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
  certificateFolders: [],
  downloadAttempts: 4,
};

/** Gives up soon: for tests in which nothing comes. */
export const impatient = {
  timeouts: () => ({ connect: 10_000, head: 1500, idle: 1500, commit: 1500 }),
};

/** A client that does not wait between attempts. */
export function testClient(
  configuration: Partial<RegistryConfiguration> = {},
  options: Partial<RegistryClientOptions> = {},
): RegistryClient {
  return createRegistryClient({
    configuration: () => ({ ...plainConfiguration, ...configuration }),
    pause: () => Promise.resolve(),
    ...options,
  });
}

export function referenceAt(host: string, rest: string): Reference {
  return parseReference(`${host}/${rest}`);
}

/** Random bytes and their descriptor. */
export function randomBlob(size: number): { bytes: Buffer; descriptor: Descriptor } {
  const bytes = randomBytes(size);
  const descriptor = { mediaType: mediaTypes.ociLayer, digest: sha256Of(bytes), size };
  return { bytes, descriptor };
}

/** Uploads blobs and a manifest of them; gives the manifest's bytes. */
export async function pushTestImage(
  repository: RemoteRepository,
  tag: string,
  layers: readonly { readonly bytes: Buffer; readonly descriptor: Descriptor }[],
): Promise<Buffer> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: {} }));
  const configDescriptor = {
    mediaType: mediaTypes.ociConfig,
    digest: sha256Of(config),
    size: config.length,
  };
  for (const { bytes, descriptor } of [
    ...layers,
    { bytes: config, descriptor: configDescriptor },
  ]) {
    await repository.uploadBlob(descriptor, (offset) => Readable.from([bytes.subarray(offset)]));
  }
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: configDescriptor,
      layers: layers.map(({ descriptor }) => descriptor),
    }),
  );
  await repository.putManifest(tag, mediaTypes.ociManifest, manifest);
  return manifest;
}

/** Reads a stream to its end: number of bytes and digest. */
export async function digestOf(body: Readable): Promise<{ size: number; digest: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { size, digest: `sha256:${hash.digest('hex')}` };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
