/**
 * Splits a stream of JSON texts, one a line, into values. An incomplete last line is an error, except
 * one that is only white space.
 */
export async function* jsonLines<T>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    let at = rest.indexOf('\n');
    if (at < 0) continue;
    let from = 0;
    for (; at >= 0; at = rest.indexOf('\n', from)) {
      const line = rest.slice(from, at).trim();
      from = at + 1;
      if (line !== '') yield JSON.parse(line) as T;
    }
    rest = rest.slice(from);
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield JSON.parse(rest) as T;
}
