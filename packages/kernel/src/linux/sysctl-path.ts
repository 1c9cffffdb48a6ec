import { KernelError } from '../kernel-error.ts';

/**
 * The path below /proc/sys of a sysctl name. With `.` as the first separator, dots and slashes change
 * places (`net.ipv4.conf.eth0/1.forwarding`); with `/` it is a path already (sysctl.d(5)).
 */
export function sysctlPath(name: string): string {
  const dotted = /^[^./]*\./.test(name);
  const path = dotted ? name.replace(/[./]/g, (mark) => (mark === '.' ? '/' : '.')) : name;
  const steps = path.split('/');
  const valid = steps.every((step) => step !== '' && step !== '.' && step !== '..');
  if (!valid || path.includes('\0')) throw new KernelError('sysctl', 'EINVAL', name);
  return path;
}
