import type { FailedTest } from './failed-tests-reporter.ts';

export interface FailedFile {
  readonly file: string;
  readonly tests: readonly FailedTest[];
  /** What the file left on the machine. */
  readonly leaks: readonly string[];
}

/** The most lines that a summary has: the end of a log is often all that is shown of it. */
const maximumLines = 60;
const maximumWidth = 200;

/**
 * What failed, once more, for the end of the log: every test's name, and as much of its error as there is
 * room for when all get the same share.
 */
export function failureSummary(files: readonly FailedFile[]): string[] {
  const entries = files.flatMap(({ file, tests, leaks }) => [
    ...tests.map(({ name, error }) => ({ title: `✖ ${file}: ${name}`, lines: errorLines(error) })),
    ...leaks.map((leak) => ({ title: `✖ ${file}: left behind ${leak}`, lines: [] as string[] })),
    ...(tests.length + leaks.length === 0
      ? [{ title: `✖ ${file}: ended early, see above`, lines: [] as string[] }]
      : []),
  ]);
  const shown = entries.slice(0, maximumLines - 1);
  let room = maximumLines - 1 - shown.length;
  const lines: string[] = [];
  for (const [index, entry] of shown.entries()) {
    const share = Math.floor(room / (shown.length - index));
    const told = entry.lines.slice(0, share);
    room -= told.length;
    lines.push(cut(entry.title), ...told.map((line) => cut(`    ${line}`)));
  }
  if (entries.length > shown.length) lines.push(`… and ${entries.length - shown.length} more`);
  return lines;
}

/** Without frames of Node itself and empty lines. */
function errorLines(error: string): string[] {
  return error
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at .*node:|^at new Promise|^\{$|^\}$/.test(line));
}

function cut(line: string): string {
  return line.length > maximumWidth ? `${line.slice(0, maximumWidth - 1)}…` : line;
}
