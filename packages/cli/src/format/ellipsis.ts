/** A text of at most so many terminal cells, ended with `…` when it was cut. */
export function ellipsis(text: string, maxWidth: number): string {
  if (maxWidth <= 0) return '';
  let width = 0;
  let cut: string | undefined;
  let kept = '';
  for (const character of text) {
    width += isWide(character) ? 2 : 1;
    if (cut === undefined && width > maxWidth - 1) cut = kept;
    kept += character;
  }
  return width <= maxWidth ? text : `${cut ?? ''}…`;
}

function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u.test(
    character,
  );
}
