import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceFiles } from './source-files.ts';

const largestFile = 700;
const largestUsual = 450;
/** Share of files that may be longer than `largestUsual`. */
const exceptions = 0.05;

/** Files that are too long to be understood at once. */
export function checkFileSizes(root: string): string[] {
  const files = sourceFiles(root, /^(packages|native|scripts|tests|bench)\/.*\.(ts|c|h)$/);
  const sizes = files.map((file) => ({
    file,
    lines: readFileSync(path.join(root, file), 'utf8').split('\n').length - 1,
  }));
  const findings = sizes
    .filter(({ lines }) => lines > largestFile)
    .map(({ file, lines }) => `${file}: ${lines} lines, at most ${largestFile} are allowed`);
  const long = sizes.filter(({ lines }) => lines > largestUsual);
  if (long.length > sizes.length * exceptions) {
    findings.push(
      `${long.length} of ${sizes.length} files are longer than ${largestUsual} lines: ${long.map(({ file }) => file).join(', ')}`,
    );
  }
  return findings;
}
