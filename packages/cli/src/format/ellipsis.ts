import { characterWidth } from './text-width.ts';

/** A text of at most so many terminal cells, ended with `…` when it was cut. */
export function ellipsis(text: string, maxWidth: number): string {
  if (maxWidth <= 0) return '';
  let width = 0;
  let cut: string | undefined;
  let kept = '';
  for (const character of text) {
    width += characterWidth(character);
    if (cut === undefined && width > maxWidth - 1) cut = kept;
    kept += character;
  }
  return width <= maxWidth ? text : `${cut ?? ''}…`;
}
