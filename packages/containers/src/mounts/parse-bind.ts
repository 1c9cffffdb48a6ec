import path from 'node:path';
import { engineError } from '@berth/errors';
import { type MountMode, parseMountMode, tryParseMountMode } from './mount-mode.ts';
import type { MountRecord } from './mount-record.ts';
import { validateVolumeName } from './volume-name.ts';

/**
 * One entry of HostConfig.Binds: `destination`, `source:destination` or `source:destination:mode`. An
 * absolute source is a host path, any other a volume name, none an anonymous volume.
 */
export function parseBind(spec: string, volumeDriver: string): MountRecord {
  const parts = spec.split(':');
  const [first = '', second, mode = ''] = parts;
  const ambiguous = parts.length === 2 && tryParseMountMode(second ?? '') !== undefined;
  if (first === '' || parts.length > 3 || ambiguous) {
    throw engineError('containers.invalid-volume-spec', { spec });
  }
  const parsed = parseMountMode(mode);
  const source = second === undefined ? '' : first;
  const type = path.isAbsolute(source) ? 'bind' : 'volume';
  const destination = cleanDestination(second ?? first, spec, type);
  if (type === 'bind') return bindRecord(source, destination, mode, parsed, spec);
  return volumeRecord(source, destination, mode, parsed, { volumeDriver, spec });
}

function bindRecord(
  source: string,
  destination: string,
  mode: string,
  parsed: MountMode,
  spec: string,
): MountRecord {
  if (parsed.noCopy) throw invalidBind(spec, 'bind', 'field VolumeOptions must not be specified');
  return {
    type: 'bind',
    source: cleanPath(source),
    destination,
    mode,
    readWrite: parsed.readWrite,
    propagation: parsed.propagation ?? 'rprivate',
    createSource: true,
  };
}

function volumeRecord(
  name: string,
  destination: string,
  mode: string,
  parsed: MountMode,
  { volumeDriver, spec }: { readonly volumeDriver: string; readonly spec: string },
): MountRecord {
  if (parsed.propagation !== undefined) {
    throw invalidBind(spec, 'volume', 'field BindOptions must not be specified');
  }
  if (name !== '') validateVolumeName(name);
  if (name === '' && !parsed.readWrite) {
    throw invalidBind(spec, 'volume', 'must not set ReadOnly mode when using anonymous volumes');
  }
  return {
    type: 'volume',
    ...(name === '' ? { anonymous: true } : { name }),
    source: '',
    destination,
    ...(volumeDriver === '' ? {} : { driver: volumeDriver }),
    mode: mode === '' ? 'z' : mode,
    readWrite: parsed.readWrite,
    propagation: '',
    copyUp: parsed.noCopy !== true,
  };
}

function cleanDestination(target: string, spec: string, type: string): string {
  if (!path.isAbsolute(target)) {
    throw invalidBind(spec, type, `invalid mount path: '${target}' mount path must be absolute`);
  }
  const clean = cleanPath(target);
  if (clean === '/')
    throw invalidBind(spec, type, "invalid specification: destination can't be '/'");
  return clean;
}

/** Path without `.`, `..`, doubled and trailing slashes. */
export function cleanPath(text: string): string {
  const clean = path.posix.normalize(text);
  return clean.length > 1 ? clean.replace(/\/+$/, '') : clean;
}

function invalidBind(spec: string, type: string, reason: string): Error {
  return engineError('containers.invalid-bind', {
    spec,
    reason: `invalid mount config for type "${type}": ${reason}`,
  });
}
