import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leaksSince, patience, readHostState } from '@berth/testing';
import { type Attempt, judge } from './attempts.ts';
import { readFailedTests } from './failed-tests.ts';
import { failureSummary } from './failure-summary.ts';
import { sourceFiles } from './gate/source-files.ts';

/**
 * Runs the tests that need root and the real kernel, file by file, and checks after each that it left
 * nothing on the machine: mounts, network namespaces, links, cgroups, nftables, processes.
 * Arguments choose files by a part of their path. What failed is told once more at the end.
 *
 * A test that failed is tried again with its file (attempts.ts); one that passes then is listed as unsteady and has to be mended.
 */

const root = path.resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const files = sourceFiles(
  root,
  /^tests\/(integration|clients|faults|parity|fuzz\/(?=shim-))\/?.*\.test\.ts$/,
).filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

/** Milliseconds. A test that takes longer hangs: it fails by its name. */
const testTimeout = patience(5 * 60_000);
/** A file that takes longer is ended with all that it started, so that the others run and the summary is printed. */
const fileTimeout = patience(6 * 60_000);
const reports = mkdtempSync(path.join(tmpdir(), 'berth-reports-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

function runFile(file: string): Attempt {
  process.stdout.write(`\n=== ${file}\n`);
  const before = readHostState();
  const report = path.join(reports, 'failed');
  rmSync(report, { force: true });
  const started = Date.now();
  const result = spawnSync(
    'timeout',
    [
      ...['--signal=KILL', String(fileTimeout / 1000), process.execPath],
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-timeout=${testTimeout}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${path.join(root, 'scripts/failed-tests-reporter.ts')}`,
      `--test-reporter-destination=${report}`,
      '--test-concurrency=1',
      file,
    ],
    {
      ...{ cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  process.stdout.write(result.stdout);
  const leaks = leaksSince(before);
  for (const leak of leaks) process.stdout.write(`LEAK after ${file}: ${leak}\n`);
  const count = (name: string) =>
    Number(new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(result.stdout)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled') + leaks.length;
  const broken = result.status !== 0 && failed === 0 ? 1 : 0;
  process.stdout.write(`--- ${file}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  const complete = result.signal === null && /^ℹ tests \d+/m.test(result.stdout) && broken === 0;
  return {
    ...{ file, passed: count('pass'), failed: failed + broken, skipped: count('skipped') },
    ...{ complete: complete && count('cancelled') === 0, tests: readFailedTests(report), leaks },
  };
}

if (files.length === 0) {
  process.stderr.write(`no integration test matches ${wanted.join(' ')}\n`);
  process.exit(1);
}
const verdicts = files.map((file) => judge(() => runFile(file)));
const outcomes = verdicts.map(({ outcome }) => outcome);
const unsteady = verdicts.flatMap(({ outcome: { file }, unsteady: tests }) =>
  tests.length > 0 ? [{ file, tests, leaks: [] }] : [],
);
const sum = (pick: (outcome: Attempt) => number) =>
  outcomes.reduce((total, outcome) => total + pick(outcome), 0);
const skippedInCi = process.env['CI'] === 'true' ? sum((outcome) => outcome.skipped) : 0;
if (skippedInCi > 0)
  process.stdout.write(`\n${skippedInCi} tests were skipped; none may be in CI\n`);
if (unsteady.length > 0) {
  process.stdout.write(
    `\nUNSTEADY, passed at another attempt:\n${failureSummary(unsteady).join('\n')}\n`,
  );
}
const broken = outcomes.filter((outcome) => outcome.failed > 0);
if (broken.length > 0) process.stdout.write(`\n${failureSummary(broken).join('\n')}\n`);
const failed = sum((outcome) => outcome.failed) + skippedInCi;
process.stdout.write(`\n${sum((outcome) => outcome.passed)} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
