import { readFileSync } from 'node:fs';
import type { FailedTest } from './failed-tests-reporter.ts';

/** What the reporter of failed tests has written to `file`; nothing when it did not come to that. */
export function readFailedTests(file: string): FailedTest[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as FailedTest);
  } catch {
    return [];
  }
}
