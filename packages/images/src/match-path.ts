import { engineError } from '@berth/errors';

/** Matches one character; `star` matches any run of characters. */
type Token = 'star' | ((char: string) => boolean);

/**
 * Go's path.Match over the whole text: `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are classes,
 * `\` escapes. Takes time proportional to both lengths at most. Fails with common.invalid-argument for
 * a malformed pattern.
 */
export function matchPath(pattern: string, text: string): boolean {
  const patterns = pattern.split('/').map((segment) => tokenize(segment, pattern));
  const texts = text.split('/');
  if (patterns.length !== texts.length) return false;
  return patterns.every((tokens, index) => matchSegment(tokens, [...texts[index]!]));
}

/** Every mismatch goes back to the last star, which then takes one character more. */
function matchSegment(tokens: readonly Token[], chars: readonly string[]): boolean {
  let token = 0;
  let char = 0;
  let star = -1;
  let starChar = 0;
  while (char < chars.length) {
    const current = tokens[token];
    if (current === 'star') {
      star = token++;
      starChar = char;
    } else if (current?.(chars[char]!)) {
      token++;
      char++;
    } else if (star >= 0) {
      token = star + 1;
      char = ++starChar;
    } else return false;
  }
  while (tokens[token] === 'star') token++;
  return token === tokens.length;
}

function tokenize(segment: string, pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < segment.length; at++) {
    const char = segment[at]!;
    if (char === '*') tokens.push('star');
    else if (char === '?') tokens.push(() => true);
    else if (char === '[') {
      const [token, end] = characterClass(segment, at, pattern);
      tokens.push(token);
      at = end;
    } else if (char === '\\') {
      at++;
      const literal = segment[at];
      if (literal === undefined) throw malformed(pattern);
      tokens.push((it) => it === literal);
    } else tokens.push((it) => it === char);
  }
  return tokens;
}

function characterClass(
  segment: string,
  start: number,
  pattern: string,
): [token: Token, end: number] {
  let at = start + 1;
  const negated = segment[at] === '^';
  if (negated) at++;
  const ranges: [string, string][] = [];
  const next = (): string => {
    if (segment[at] === '\\') at++;
    const char = segment[at++];
    if (char === undefined || (char === '-' && segment[at - 2] !== '\\')) throw malformed(pattern);
    return char;
  };
  while (segment[at] !== ']' || ranges.length === 0) {
    if (at >= segment.length || segment[at] === ']') throw malformed(pattern);
    const low = next();
    if (segment[at] !== '-') {
      ranges.push([low, low]);
      continue;
    }
    at++;
    if (segment[at] === ']') throw malformed(pattern);
    ranges.push([low, next()]);
  }
  const token: Token = (char) =>
    ranges.some(([low, high]) => char >= low && char <= high) !== negated;
  return [token, at];
}

function malformed(pattern: string): Error {
  return engineError('common.invalid-argument', { reason: `syntax error in pattern: ${pattern}` });
}
