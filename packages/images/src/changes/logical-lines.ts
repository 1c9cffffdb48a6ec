/** Splits Dockerfile text into instructions: comments and blank lines go, `\` at a line's end joins lines. */
export function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let current: string | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const trimmed = raw.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const line = current === undefined ? trimmed : current + raw;
    const continued = /^(.*?)\\[ \t]*$/s.exec(line);
    if (continued !== null) {
      current = continued[1] ?? '';
      continue;
    }
    lines.push(line.trimEnd());
    current = undefined;
  }
  if (current !== undefined && current.trim() !== '') lines.push(current.trimEnd());
  return lines;
}
