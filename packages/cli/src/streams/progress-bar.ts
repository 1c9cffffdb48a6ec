import { decimalSize } from '../format/sizes.ts';
import type { ProgressMessage } from './progress-display.ts';

/** `[====>      ]  12MB/34MB`, or empty when nothing is known. */
export function progressBar(detail: ProgressMessage['progressDetail'], width: number): string {
  const current = detail?.current ?? 0;
  const total = detail?.total ?? 0;
  if (current <= 0 && total <= 0) return '';
  const size = (value: number) =>
    detail?.units === undefined || detail.units === '' ? decimalSize(value) : `${value}`;
  if (total <= 0) return size(current).padStart(8);
  const cells = width > 110 ? 50 : 25;
  const filled = Math.min(cells, Math.floor((current / total) * cells));
  const bar = `${'='.repeat(filled)}${filled < cells ? '>' : ''}`.slice(0, cells).padEnd(cells);
  const numbers = `${size(current).padStart(8)}/${size(total)}`;
  return `[${bar}] ${current > total ? size(current).padStart(8) : numbers}`;
}
