import type { OverlayMountOptions } from '../mounts.ts';

/** mount(2) copies one page of options, with the closing NUL. */
export const mountDataLimit = 4095;
/** fsconfig(2) refuses longer string values. */
export const fsconfigValueLimit = 255;

/**
 * The option string of one overlay mount for mount(2). Backslashes and commas in folders are escaped,
 * and colons too where a list is separated by them (Documentation/filesystems/overlayfs.rst).
 */
export function overlayData(options: Omit<OverlayMountOptions, 'target'>): string {
  const parts = [`lowerdir=${options.lower.map((path) => escapeOption(path, ':')).join(':')}`];
  if (options.upper !== undefined) parts.push(`upperdir=${escapeOption(options.upper)}`);
  if (options.work !== undefined) parts.push(`workdir=${escapeOption(options.work)}`);
  return [...parts, ...(options.options ?? [])].join(',');
}

/** True when an option value must be escaped, which fsconfig(2) handles differently between kernels. */
export function needsEscape(path: string): boolean {
  return /[\\,:]/.test(path);
}

/** Splits `name=value`; a bare name has no value. */
export function splitOption(option: string): readonly [name: string, value: string | undefined] {
  const at = option.indexOf('=');
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}

function escapeOption(path: string, separator = ''): string {
  return path.replace(separator === ':' ? /[\\,:]/g : /[\\,]/g, '\\$&');
}
