import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceFiles } from './source-files.ts';

interface Rule {
  readonly files: RegExp;
  readonly forbidden: RegExp;
  readonly why: string;
}

const rules: readonly Rule[] = [
  {
    files: /^packages\/daemon\/src\/routes\/(?!.*\.test\.ts$).*\.ts$/,
    forbidden: /from 'node:(fs|fs\/promises|child_process)'/,
    why: 'route handlers only translate: no file system, no processes',
  },
  {
    files: /^packages\/(?!kernel\/)[^/]+\/src\/(?!.*\.test\.ts$).*\.ts$/,
    forbidden: /from 'node:child_process'/,
    why: 'only packages/kernel starts processes',
  },
  {
    files: /^packages\/runtime\/src\/spec\/(?!.*\.test\.ts$).*\.ts$/,
    forbidden: /from 'node:(?!path'|crypto')/,
    why: 'spec generation is pure',
  },
  { files: /(^|\/)utils\.ts$/, forbidden: /^/, why: 'a file is named after what it holds' },
];

/** Files from which the client commands may start processes (credential helpers, the pager). */
const exempt = /^packages\/(cli|engine-client|testing)\//;

/** Places where a rule of the house is broken. */
export function checkHouseRules(root: string): string[] {
  const files = sourceFiles(root, /\.ts$/);
  return rules.flatMap((rule) =>
    files
      .filter((file) => rule.files.test(file) && !exempt.test(file))
      .filter((file) => rule.forbidden.test(readFileSync(path.join(root, file), 'utf8')))
      .map((file) => `${file}: ${rule.why}`),
  );
}
