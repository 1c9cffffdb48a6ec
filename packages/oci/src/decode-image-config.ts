import {
  asBoolean,
  asInteger,
  asKeySet,
  asList,
  asObject,
  asText,
  asTextMap,
  asTexts,
  DecodeError,
  decodeObject,
  optional,
  present,
} from './decode-json.ts';
import { asDigest, asPlatform } from './decode-manifest.ts';
import type {
  ImageConfig,
  ImageHealthcheck,
  ImageHistoryEntry,
  ImageRunConfig,
} from './image-config.ts';

/** More layers than overlayfs can stack. */
export const layerLimit = 127;

/**
 * Decodes an image configuration. It is hostile input: every known field is checked, unknown ones are
 * dropped, null counts as absent (Docker writes it). Failures are DecodeError.
 */
export function decodeImageConfig(data: Uint8Array): ImageConfig {
  const value = decodeObject(data);
  const rootfs = asObject(value.rootfs, 'rootfs');
  if (rootfs.type !== 'layers') throw new DecodeError('rootfs.type must be "layers"');
  const diffIds =
    optional(rootfs.diff_ids, 'rootfs.diff_ids', (list, what) => asList(list, what, asDigest)) ??
    [];
  if (diffIds.length > layerLimit) {
    throw new DecodeError(
      `max depth exceeded: ${diffIds.length} layers, ${layerLimit} are possible`,
    );
  }
  const platform = asPlatform(value, 'the platform');
  const history = optional(value.history, 'history', (list, what) =>
    asList(list, what, asHistoryEntry),
  );
  return {
    ...present({
      created: optional(value.created, 'created', asTime),
      author: optional(value.author, 'author', asText),
      config: optional(value.config, 'config', asRunConfig),
    }),
    ...platform,
    rootfs: { type: 'layers', diff_ids: diffIds },
    ...(history === undefined ? {} : { history }),
  } as ImageConfig;
}

export function asRunConfig(value: unknown, what: string): ImageRunConfig {
  const object = asObject(value, what);
  const get = <T>(name: string, decode: (item: unknown, label: string) => T) =>
    optional(object[name], `${what}.${name}`, decode);
  return present({
    User: get('User', asText),
    ExposedPorts: get('ExposedPorts', asKeySet),
    Env: get('Env', asTexts),
    Entrypoint: get('Entrypoint', asTexts),
    Cmd: get('Cmd', asTexts),
    Volumes: get('Volumes', asKeySet),
    WorkingDir: get('WorkingDir', asText),
    Labels: get('Labels', asTextMap),
    StopSignal: get('StopSignal', asText),
    ArgsEscaped: get('ArgsEscaped', asBoolean),
    Healthcheck: get('Healthcheck', asHealthcheck),
    OnBuild: get('OnBuild', asTexts),
    Shell: get('Shell', asTexts),
  }) as ImageRunConfig;
}

function asHealthcheck(value: unknown, what: string): ImageHealthcheck {
  const object = asObject(value, what);
  const duration = (name: string) => optional(object[name], `${what}.${name}`, asInteger);
  return present({
    Test: optional(object.Test, `${what}.Test`, asTexts),
    Interval: duration('Interval'),
    Timeout: duration('Timeout'),
    StartPeriod: duration('StartPeriod'),
    StartInterval: duration('StartInterval'),
    Retries: duration('Retries'),
  }) as ImageHealthcheck;
}

function asHistoryEntry(value: unknown, what: string): ImageHistoryEntry {
  const object = asObject(value, what);
  return present({
    created: optional(object.created, `${what}.created`, asTime),
    created_by: optional(object.created_by, `${what}.created_by`, asText),
    author: optional(object.author, `${what}.author`, asText),
    comment: optional(object.comment, `${what}.comment`, asText),
    empty_layer: optional(object.empty_layer, `${what}.empty_layer`, asBoolean),
  }) as ImageHistoryEntry;
}

function asTime(value: unknown, what: string): string {
  const text = asText(value, what);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new DecodeError(`${what} "${text.slice(0, 60)}" is not an RFC 3339 time`);
  }
  return text;
}
