import { engineError } from '@berth/errors';
import type { MountEntry, Mounts } from '@berth/kernel';

/**
 * A bind can only be shared, or a slave, when its source lies on a mount that is shared (or, for slave,
 * at least a slave itself). Fails with Docker's text otherwise.
 */
export function requirePropagation(mounts: Mounts, source: string, propagation: string): void {
  const wanted = propagation.replace(/^r/, '');
  if (wanted !== 'shared' && wanted !== 'slave') return;
  const holder = holdingMount(mounts.list(), source);
  const tags = holder?.propagation ?? [];
  const shared = tags.some((tag) => tag.startsWith('shared:'));
  if (shared || (wanted === 'slave' && tags.some((tag) => tag.startsWith('master:')))) return;
  const kind = wanted === 'shared' ? 'a shared mount' : 'a shared or slave mount';
  throw engineError('containers.invalid-config', {
    reason: `path ${source} is mounted on ${holder?.mountPoint ?? '/'} but it is not ${kind}`,
  });
}

/** The mount with the longest mount point that is a prefix of `path`; of several, the newest. */
export function holdingMount(entries: readonly MountEntry[], path: string): MountEntry | undefined {
  let best: MountEntry | undefined;
  for (const entry of entries) {
    const prefix = entry.mountPoint === '/' ? '/' : `${entry.mountPoint}/`;
    const holds = path === entry.mountPoint || path.startsWith(prefix);
    if (holds && (best === undefined || entry.mountPoint.length >= best.mountPoint.length)) {
      best = entry;
    }
  }
  return best;
}
