import {
  asInteger,
  asList,
  asObject,
  asText,
  asTextMap,
  asTexts,
  DecodeError,
  decodeObject,
  type JsonObject,
  optional,
} from './decode-json.ts';
import type { Descriptor } from './descriptor.ts';
import { type Digest, parseDigest } from './digest.ts';
import type { ImageIndex, ImageManifest } from './manifest.ts';
import { isIndexType, isManifestType } from './media-type.ts';
import type { Platform } from './platform.ts';

/** Manifests are hostile input: every field is checked. Failures are DecodeError. */
export function decodeManifest(data: Uint8Array): ImageManifest {
  const value = decodeObject(data);
  checkVersion(value);
  const mediaType = optional(value.mediaType, 'mediaType', asText);
  if (mediaType !== undefined && !isManifestType(mediaType)) {
    throw new DecodeError(`mediaType ${mediaType.slice(0, 100)} is not that of a manifest`);
  }
  if (value.manifests !== undefined) {
    throw new DecodeError('a manifest cannot have "manifests"');
  }
  const artifactType = optional(value.artifactType, 'artifactType', asText);
  const subject = optional(value.subject, 'subject', asDescriptor);
  const annotations = optional(value.annotations, 'annotations', asTextMap);
  return {
    schemaVersion: 2,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(artifactType === undefined ? {} : { artifactType }),
    config: asDescriptor(value.config, 'config'),
    layers: optional(value.layers, 'layers', asDescriptors) ?? [],
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** As decodeManifest, for an index or a manifest list. */
export function decodeIndex(data: Uint8Array): ImageIndex {
  const value = decodeObject(data);
  checkVersion(value);
  const mediaType = optional(value.mediaType, 'mediaType', asText);
  if (mediaType !== undefined && !isIndexType(mediaType)) {
    throw new DecodeError(`mediaType ${mediaType.slice(0, 100)} is not that of an index`);
  }
  if (value.layers !== undefined || value.config !== undefined) {
    throw new DecodeError('an index cannot have "config" or "layers"');
  }
  const artifactType = optional(value.artifactType, 'artifactType', asText);
  const subject = optional(value.subject, 'subject', asDescriptor);
  const annotations = optional(value.annotations, 'annotations', asTextMap);
  return {
    schemaVersion: 2,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(artifactType === undefined ? {} : { artifactType }),
    manifests: optional(value.manifests, 'manifests', asDescriptors) ?? [],
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

export function asDescriptor(value: unknown, what: string): Descriptor {
  const object = asObject(value, what);
  const size = asInteger(object.size, `${what}.size`);
  if (size < 0 || size > Number.MAX_SAFE_INTEGER) {
    throw new DecodeError(`${what}.size is out of range`);
  }
  const urls = optional(object.urls, `${what}.urls`, asTexts);
  const annotations = optional(object.annotations, `${what}.annotations`, asTextMap);
  const platform = optional(object.platform, `${what}.platform`, asPlatform);
  const artifactType = optional(object.artifactType, `${what}.artifactType`, asText);
  return {
    mediaType: asText(object.mediaType, `${what}.mediaType`),
    digest: asDigest(object.digest, `${what}.digest`),
    size,
    ...(urls === undefined ? {} : { urls }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
  };
}

export function asDigest(value: unknown, what: string): Digest {
  const text = asText(value, what);
  const digest = parseDigest(text);
  if (digest === undefined)
    throw new DecodeError(`${what} "${text.slice(0, 150)}" is not a digest`);
  return digest;
}

function asDescriptors(value: unknown, what: string): Descriptor[] {
  return asList(value, what, asDescriptor);
}

export function asPlatform(value: unknown, what: string): Platform {
  const object: JsonObject = asObject(value, what);
  const variant = optional(object.variant, `${what}.variant`, asText);
  const version = optional(object['os.version'], `${what}.os.version`, asText);
  const features = optional(object['os.features'], `${what}.os.features`, asTexts);
  return {
    os: optional(object.os, `${what}.os`, asText) ?? '',
    architecture: optional(object.architecture, `${what}.architecture`, asText) ?? '',
    ...(variant === undefined || variant === '' ? {} : { variant }),
    ...(version === undefined || version === '' ? {} : { 'os.version': version }),
    ...(features === undefined || features.length === 0 ? {} : { 'os.features': features }),
  };
}

function checkVersion(value: JsonObject): void {
  if (value.schemaVersion !== 2) throw new DecodeError('schemaVersion must be 2');
}
