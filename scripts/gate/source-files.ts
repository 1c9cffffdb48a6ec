import { execFileSync } from 'node:child_process';

/** Paths of the tracked and new (not ignored) files, relative to the root. */
export function sourceFiles(root: string, pattern: RegExp): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '-z'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter((file) => pattern.test(file) && !file.includes('/generated/'));
}
