/**
 * Lays out JSON text with four spaces a level, as Go's json.Indent: keys keep their order and numbers
 * their digits, because the text is not parsed into values.
 */
export function indentJson(text: string): string {
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs);
  let out = '';
  let depth = 0;
  let opened = false;
  const newLine = () => `\n${'    '.repeat(depth)}`;
  for (const [token] of tokens) {
    const closes = token === '}' || token === ']';
    if (closes) {
      depth -= 1;
      out += opened ? token : newLine() + token;
      opened = false;
      continue;
    }
    if (opened) out += newLine();
    opened = false;
    if (token === '{' || token === '[') {
      depth += 1;
      opened = true;
      out += token;
    } else if (token === ',') out += token + newLine();
    else out += token === ':' ? ': ' : token;
  }
  return out;
}

/** JSON text without white space between tokens. */
export function compactJson(text: string): string {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"]+/gs)].map(([token]) => token).join('');
}
