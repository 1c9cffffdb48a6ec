import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What docker did with some flags of `create`: it sent a request, or refused. */
export interface CreateCase {
  readonly flags: readonly string[];
  readonly query?: string;
  /** What differs from the request without flags. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly exitCode?: number;
  readonly error?: string;
}

export const fixtureFolder = join(import.meta.dirname, '../fixtures');

const files: Readonly<Record<string, string>> = {
  '@env': '# comment\nA=1\n\n  B=two words \nBERTH_TEST_VALUE\nNOT_SET_ANYWHERE\nC=\n',
  '@labels': 'file.label=1\nempty=\n',
  '@seccomp': '{ "defaultAction": "SCMP_ACT_ALLOW",\n  "syscalls": [] }\n',
  '@bad': 'A B=1\n',
};

/**
 * The arguments of `create` for a case: its flags, the image and its command. `@name` becomes a file in
 * `folder`, made here. Words from the first that is no flag on are the command.
 */
export function caseArguments(flags: readonly string[], folder: string): string[] {
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name.slice(1)), text);
  const words = flags.map((word) =>
    word.replace(/@(\w+)/, (_, name: string) => join(folder, name)),
  );
  const command = commandStart(flags);
  return [...words.slice(0, command), 'busybox', ...words.slice(command)];
}

const plainCommands = ['echo', 'sh', 'x', '--'];

function commandStart(flags: readonly string[]): number {
  if (['-m', '--name'].includes(flags.at(-1) ?? '') && flags.length === 1) return 0;
  const at = flags.findIndex((word, i) => {
    if (!plainCommands.includes(word)) return false;
    const before = flags[i - 1] ?? '';
    return i === 0 || /^(-ti|y)$/.test(before) || (before === 'sh' && word === 'x');
  });
  return at < 0 ? flags.length : at;
}
