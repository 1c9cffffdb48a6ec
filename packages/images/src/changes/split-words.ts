/** Splits at blanks outside of quotes; quotes and escapes stay in the words. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  let inWord = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === '' && /\s/.test(char)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    inWord = true;
    if (char === '\\' && quote !== "'") {
      word += char + (text[at + 1] ?? '');
      at++;
      continue;
    }
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    word += char;
  }
  if (inWord) words.push(word);
  return words;
}

/** A JSON list of strings (exec form), or undefined when the text is not one. */
export function parseExecForm(text: string): string[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(trimmed);
    if (!Array.isArray(list) || list.some((item) => typeof item !== 'string')) return undefined;
    return list as string[];
  } catch {
    return undefined;
  }
}
