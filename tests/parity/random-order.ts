/** Go walks its maps in a random order, and so do Docker's client and daemon where they list labels, mounts, networks or options. */

const asking = new Set([
  'df',
  'diff',
  'history',
  'images',
  'info',
  'inspect',
  'list',
  'ls',
  'port',
]);
asking.add('ps').add('search').add('version');

/** Whether the command changes nothing, so that asking again is the same question. */
export function onlyAsks(args: readonly string[]): boolean {
  return args.slice(0, 2).some((word) => asking.has(word));
}

/** With three entries one of six orders is the wanted one; this many tries miss it once in a thousand. */
const attempts = 40;

/**
 * `ask` until its two answers are the same or hope is lost; what changes something is done once.
 * An answer that Docker gives sometimes is an answer of Docker.
 */
export async function untilSame<T>(
  args: readonly string[],
  ask: () => Promise<{ readonly ours: T; readonly theirs: T }>,
): Promise<{ readonly ours: T; readonly theirs: T }> {
  let answers = await ask();
  if (!onlyAsks(args)) return answers;
  for (let attempt = 1; attempt < attempts; attempt++) {
    if (JSON.stringify(answers.ours) === JSON.stringify(answers.theirs)) break;
    answers = await ask();
  }
  return answers;
}
