import { engineError } from '@berth/errors';
import { parseMountMode } from './mount-mode.ts';
import type { MountRecord } from './mount-record.ts';

/** `container[:mode]` of --volumes-from. */
export function parseVolumesFrom(spec: string): {
  readonly container: string;
  readonly mode: string;
} {
  if (spec === '') {
    throw engineError('containers.invalid-config', {
      reason: 'volumes-from specification cannot be an empty string',
    });
  }
  const colon = spec.indexOf(':');
  if (colon < 0) return { container: spec, mode: 'rw' };
  const mode = spec.slice(colon + 1) || 'rw';
  const parsed = parseMountMode(mode);
  if (parsed.propagation !== undefined || parsed.noCopy) {
    throw engineError('containers.invalid-config', { reason: `invalid mode: ${mode}` });
  }
  return { container: spec.slice(0, colon), mode };
}

/** Mounts of another container as they appear in this one: read-only stays read-only, nothing is copied up. */
export function inheritMounts(mounts: readonly MountRecord[], mode: string): MountRecord[] {
  const readWrite = parseMountMode(mode).readWrite;
  return mounts.map((mount) => ({
    ...mount,
    readWrite: mount.readWrite && readWrite,
    copyUp: false,
  }));
}
