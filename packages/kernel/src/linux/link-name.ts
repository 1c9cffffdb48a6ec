import { KernelError } from '../kernel-error.ts';

/** IFNAMSIZ without its closing NUL. */
const longestName = 15;

/** True when the kernel could have an interface of that name (dev_valid_name in net/core/dev.c). */
export function isLinkName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false;
  return Buffer.byteLength(name) <= longestName && !/[\0/:\s]/.test(name);
}

/** The name itself; EINVAL when no interface can be called so. */
export function linkNameOf(name: string): string {
  if (isLinkName(name)) return name;
  throw new KernelError('RTM_NEWLINK', 'EINVAL', name, 'not a valid interface name');
}
