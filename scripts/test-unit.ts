import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Attempt, judge } from './attempts.ts';
import { readFailedTests } from './failed-tests.ts';
import { failureSummary } from './failure-summary.ts';
import { sourceFiles } from './gate/source-files.ts';

/** Runs the unit tests: all, or those whose path contains one of the arguments. */

const root = path.resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const files = sourceFiles(
  root,
  /^(packages\/.*|scripts\/.*|tests\/fuzz\/(?!shim-).*)\.test\.ts$/,
).filter(
  (file) =>
    existsSync(path.join(root, file)) &&
    (wanted.length === 0 || wanted.some((part) => file.includes(part))),
);
if (files.length === 0) {
  process.stderr.write(`no unit test matches ${wanted.join(' ')}\n`);
  process.exit(1);
}

/** A test that takes longer, in milliseconds, hangs: it fails by its name. */
const testTimeout = 120_000;
const reports = mkdtempSync(path.join(tmpdir(), 'berth-reports-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

/** The whole report only matters when something failed; otherwise its closing counts do. */
function runAll(): Attempt {
  const report = path.join(reports, 'failed');
  rmSync(report, { force: true });
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...['--import', path.join(root, 'scripts/fuzz-seed.ts')],
      ...['--test', `--test-timeout=${testTimeout}`],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      `--test-reporter=${path.join(root, 'scripts/failed-tests-reporter.ts')}`,
      `--test-reporter-destination=${report}`,
      ...files,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const shown = status === 0 && wanted.length === 0 ? stdout.lastIndexOf('ℹ tests') : 0;
  process.stdout.write(`${stdout.slice(shown)}\n`);
  const count = (name: string) =>
    Number(new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(stdout)?.[1] ?? 0);
  const failed = Math.max(count('fail') + count('cancelled'), status === 0 ? 0 : 1);
  const tests = readFailedTests(report);
  const complete = status === 0 || (tests.length > 0 && count('cancelled') === 0);
  const counts = { passed: count('pass'), failed, skipped: count('skipped') };
  return { file: 'unit tests', ...counts, complete, tests, leaks: [] };
}

// Who asks for some of them wants to see each failure once.
const { outcome, unsteady } =
  wanted.length > 0 ? { outcome: runAll(), unsteady: [] } : judge(runAll);
const told = (tests: Attempt['tests']) =>
  failureSummary([{ file: outcome.file, tests, leaks: [] }]).join('\n');
if (unsteady.length > 0) {
  process.stdout.write(`\nUNSTEADY, passed at another attempt:\n${told(unsteady)}\n`);
}
if (outcome.failed > 0) process.stdout.write(`\n${told(outcome.tests)}\n`);
process.exitCode = outcome.failed === 0 ? 0 : 1;
