import type { FailedTest } from './failed-tests-reporter.ts';

/** What one run of a test file gave. */
export interface Attempt {
  readonly file: string;
  readonly passed: number;
  /** Tests that failed or were cancelled, and leaks; at least one where the file ended in another way. */
  readonly failed: number;
  readonly skipped: number;
  /** Whether every test of the file was run to its end, so that one that is not among `tests` has passed. */
  readonly complete: boolean;
  readonly tests: readonly FailedTest[];
  /** What the file left on the machine. */
  readonly leaks: readonly string[];
}

/** What the attempts at a file mean together. */
export interface Verdict {
  readonly outcome: Attempt;
  /** What failed in one attempt and passed in another: told, to be mended, but no failure. */
  readonly unsteady: readonly FailedTest[];
}

const attempts = 3;

/**
 * Runs a file up to three times until each of its tests has passed once. The kernel and its other users are part of these
 * tests, and so are Docker's own races; a test that passes in no attempt has failed.
 * A leak without a failed test is no matter of chance: what was left behind does not go away by trying again.
 */
export function judge(run: () => Attempt): Verdict {
  const made: Attempt[] = [];
  let last: Attempt;
  do {
    last = run();
    made.push(last);
  } while (made.length < attempts && mayStillPass(made, last));
  return verdict(made, last);
}

function mayStillPass(made: readonly Attempt[], last: Attempt): boolean {
  if (last.leaks.length > 0) return last.tests.length > 0;
  return neverPassed(made)?.size !== 0;
}

/** The names that failed in every complete attempt; undefined when no attempt was complete. */
function neverPassed(made: readonly Attempt[]): ReadonlySet<string> | undefined {
  return made
    .filter(({ complete }) => complete)
    .map(({ tests }) => new Set(tests.map(({ name }) => name)))
    .reduce<Set<string> | undefined>((all, one) => all?.intersection(one) ?? one, undefined);
}

function verdict(made: readonly Attempt[], last: Attempt): Verdict {
  const names = neverPassed(made);
  if (names === undefined) return { outcome: last, unsteady: [] };
  const told = made.flatMap(({ tests }) => tests);
  const lastError = new Map(told.map((test) => [test.name, test]));
  const tests = [...names].map((name) => lastError.get(name) as FailedTest);
  const total = Math.max(...made.map((attempt) => attempt.passed + attempt.tests.length));
  const counts = { passed: total - tests.length, failed: tests.length + last.leaks.length };
  return {
    outcome: { ...last, ...counts, complete: true, tests },
    unsteady: [...lastError.values()].filter(({ name }) => !names.has(name)),
  };
}
