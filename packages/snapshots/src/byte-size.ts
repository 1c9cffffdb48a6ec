import { engineError } from '@berth/errors';

const powers = 'kmgtp';

/** Bytes of `10G`, `1.5GiB`, `512 kb`, `4096`, in powers of 1024. Fails with snapshots.invalid-option and Docker's text. */
export function parseByteSize(text: string): number {
  const parts = /^(\d+\.?\d*|\.\d+) ?(?:b|([kmgtp])(?:i?b)?)?$/i.exec(text);
  const [, digits, unit] = parts ?? [];
  const power = unit === undefined ? 0 : powers.indexOf(unit.toLowerCase()) + 1;
  const bytes = Math.trunc(Number(digits) * 1024 ** power);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw engineError('snapshots.invalid-option', { reason: `invalid size: '${text}'` });
}

/** As Docker prints sizes: four digits, powers of 1000. */
export function formatByteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}
