import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
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
const result = spawnSync(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--import',
    path.join(root, 'scripts/fuzz-seed.ts'),
    '--test',
    '--test-reporter=dot',
    '--test-reporter-destination=stdout',
    '--test-reporter=spec',
    '--test-reporter-destination=stderr',
    ...files,
  ],
  {
    cwd: root,
    stdio: wanted.length > 0 ? 'inherit' : ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  },
);
if (result.stderr) {
  // The whole report only matters when something failed; otherwise its closing counts do.
  const report =
    result.status === 0 ? result.stderr.slice(result.stderr.lastIndexOf('ℹ tests')) : result.stderr;
  process.stdout.write(`${report}\n`);
}
process.exitCode = result.status ?? 1;
