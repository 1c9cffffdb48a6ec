import type { Mounts } from '@berth/kernel';

/** Shows a folder read-only at `target`; an empty one, if there is none to be shown. */
export function mountReadOnly(mounts: Mounts, source: string | undefined, target: string): void {
  if (source === undefined) {
    mounts.mount({ source: 'empty', target, fsType: 'tmpfs', flags: ['ro'], data: 'mode=755' });
    return;
  }
  mounts.mount({ source, target, flags: ['bind'] });
  try {
    mounts.mount({ source: '', target, flags: ['bind', 'remount', 'ro'] });
  } catch (error) {
    mounts.unmount(target, { detach: true });
    throw error;
  }
}
