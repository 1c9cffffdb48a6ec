import { errnoOf } from '@berth/errors';
import type { Kernel } from '@berth/kernel';

/** Sets a sysctl. A kernel without the protocol has no such switch; a read-only /proc/sys leaves it as it is. */
export function setSwitch({ host }: Pick<Kernel, 'host'>, name: string, value: string): void {
  try {
    host.setSysctl(name, value);
  } catch (error) {
    if (!['ENOENT', 'EROFS'].includes(errnoOf(error) ?? '')) throw error;
  }
}

/** As `setSwitch`, for a switch of the network namespace at `path`, off the main thread. */
export async function switchInside(
  { namespaces }: Pick<Kernel, 'namespaces'>,
  path: string,
  name: string,
  value: string,
): Promise<void> {
  try {
    await namespaces.setSysctlAsync(path, name, value);
  } catch (error) {
    if (!['ENOENT', 'EROFS'].includes(errnoOf(error) ?? '')) throw error;
  }
}
