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

/** As `setSwitch`, for switches of the network namespace at `path`. */
export function switchInside(
  kernel: Pick<Kernel, 'host' | 'namespaces'>,
  path: string,
  switches: Readonly<Record<string, string>>,
): void {
  kernel.namespaces.withNetworkNamespace(path, () => {
    for (const [name, value] of Object.entries(switches)) setSwitch(kernel, name, value);
  });
}
