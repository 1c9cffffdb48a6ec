export { chainIds } from './chain-id.ts';
export { decodeConfigPlatform } from './decode-config-platform.ts';
export { decodeImageConfig, layerLimit } from './decode-image-config.ts';
export { DecodeError } from './decode-json.ts';
export { decodeIndex, decodeManifest } from './decode-manifest.ts';
export type { Descriptor } from './descriptor.ts';
export { algorithmOf, type Digest, encodedOf, parseDigest, sha256Of } from './digest.ts';
export { hostPlatform } from './host-platform.ts';
export type {
  ImageConfig,
  ImageHealthcheck,
  ImageHistoryEntry,
  ImageRunConfig,
} from './image-config.ts';
export type { ImageIndex, ImageManifest } from './manifest.ts';
export { bestPlatform, type PlatformStrictness, platformRank } from './match-platform.ts';
export {
  isConfigType,
  isIndexType,
  isLayerType,
  isManifestType,
  mediaTypes,
} from './media-type.ts';
export {
  formatPlatform,
  normalizeArchitecture,
  normalizeOs,
  normalizePlatform,
} from './normalize-platform.ts';
export { parsePlatform } from './parse-platform.ts';
export type { Platform } from './platform.ts';
export {
  type AnyReference,
  defaultDomain,
  defaultTag,
  familiarName,
  familiarString,
  formatReference,
  parseAnyReference,
  parseReference,
  type Reference,
  referenceWithTag,
  repositoryOf,
  withDefaultTag,
} from './reference.ts';
