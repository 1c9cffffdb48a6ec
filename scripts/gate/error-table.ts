import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceFiles } from './source-files.ts';

/** Rows of the error table that nothing raises. */
export function checkErrorTable(root: string): string[] {
  const tables = sourceFiles(root, /^packages\/errors\/src\/table\/.*\.ts$/);
  const sources = sourceFiles(root, /^packages\/.*\.ts$/)
    .filter((file) => !file.startsWith('packages/errors/src/table/') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
  return tables.flatMap((table) =>
    [...readFileSync(path.join(root, table), 'utf8').matchAll(/^ {2}'([a-z.-]+)': \{/gm)]
      .map(([, code = '']) => code)
      .filter((code) => !sources.includes(`'${code}'`))
      .map((code) => `${table}: nothing raises ${code}`),
  );
}
