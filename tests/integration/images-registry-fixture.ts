import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { MemoryRegistry } from '@berth/images/testsuite/memory-registry.ts';
import { type Digest, mediaTypes } from '@berth/oci';
import { tarOf } from '@berth/tar/testsuite/tar-archive.ts';

export const host = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
export const digestOf = (bytes: Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Bytes that do not compress, so that lengths are known; the same for the same seed. */
function noise(length: number, seed = 'noise'): Buffer {
  const key = createHash('md5').update(seed).digest();
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

const compressions = {
  gzip: { type: mediaTypes.ociLayerGzip, pack: gzipSync },
  zstd: { type: mediaTypes.ociLayerZstd, pack: zstdCompressSync },
  none: { type: mediaTypes.ociLayer, pack: (tar: Buffer) => tar },
};

/** Puts an image whose layers are these tars into the registry. */
export function putImage(
  registry: MemoryRegistry,
  options: {
    readonly path?: string;
    readonly tag?: string;
    readonly tars: readonly Buffer[];
    readonly compression?: keyof typeof compressions;
    readonly platform?: { os: string; architecture: string; variant?: string };
    readonly diffIds?: readonly string[];
    readonly layerType?: string;
  },
) {
  const { path = 'lib/app', tars, platform = host, compression = 'gzip' } = options;
  const { type, pack } = compressions[compression];
  const layers = tars.map((tar) => ({
    mediaType: options.layerType ?? type,
    ...registry.putBlob(path, pack(tar)),
  }));
  const config = {
    ...platform,
    rootfs: { type: 'layers', diff_ids: options.diffIds ?? tars.map(digestOf) },
    config: { Cmd: ['sh'], Labels: { made: 'here' } },
  };
  const blob = registry.putBlob(path, Buffer.from(JSON.stringify(config)));
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, ...blob },
    layers,
  };
  return { layers, target: registry.putManifest(path, document, options.tag ?? '1') };
}

/** The tar of a layer with one file that does not compress. */
export const layer = (name: string, size = 100_000): Buffer =>
  tarOf([{ name, content: noise(size, name) }]);
