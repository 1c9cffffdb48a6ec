/** How many suggestions are worth reading. */
const maxSuggestions = 3;

/**
 * Those of the words that someone who typed `word` may have meant, best first: near misses (typing errors,
 * letters swapped) and words that begin with it.
 */
export function nearestWords(word: string, words: readonly string[]): string[] {
  const allowed = Math.max(1, Math.floor(word.length / 3));
  return [...new Set(words)]
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, maxSuggestions)
    .map(({ candidate }) => candidate);
}

function distanceOf(word: string, candidate: string): number {
  if (word.length >= 2 && candidate.startsWith(word)) return 0.5;
  return editDistance(word, candidate);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? (beforeLast[column - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY;
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + cost,
        swapped,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
