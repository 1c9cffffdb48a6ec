import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { checkDependencyDirections } from './gate/dependency-directions.ts';
import { checkDocumentPaths } from './gate/document-paths.ts';
import { checkErrorTable } from './gate/error-table.ts';
import { checkFileSizes } from './gate/file-sizes.ts';
import { checkHouseRules } from './gate/house-rules.ts';

/**
 * Everything that must hold before a change lands and that needs neither root nor a daemon.
 * Arguments choose checks by a part of their name.
 */

const root = path.resolve(import.meta.dirname, '..');

type Check = () => readonly string[];

function command(program: string, args: readonly string[]): Check {
  return () => {
    const result = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
    if (result.status === 0) return [];
    return [result.error?.message ?? '', result.stdout, result.stderr].filter(
      (text) => text !== '',
    );
  };
}

const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const node = [process.execPath, ['--disable-warning=ExperimentalWarning']] as const;

const checks: readonly (readonly [string, Check])[] = [
  ['format and lint', command(bin('biome'), ['ci', '--colors=off', '.'])],
  ['types', command(bin('tsc'), ['-p', 'tsconfig.json'])],
  ['dependency directions', () => checkDependencyDirections(root)],
  ['file sizes', () => checkFileSizes(root)],
  ['house rules', () => checkHouseRules(root)],
  ['error table', () => checkErrorTable(root)],
  ['documents', () => checkDocumentPaths(root)],
  ['generated files', command(node[0], [...node[1], 'scripts/generate.ts', '--check'])],
  ['unit tests', command(node[0], [...node[1], 'scripts/test-unit.ts'])],
];

const wanted = process.argv.slice(2);
const chosen = checks.filter(
  ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
let failed = 0;
for (const [name, check] of chosen) {
  const started = Date.now();
  const findings = check();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${findings.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  for (const finding of findings) process.stdout.write(`${finding}\n`);
  if (findings.length > 0) failed++;
}
process.stdout.write(`gate: ${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
