import { statSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { RuntimeProbe, RuntimeProgram } from './choose-runtime.ts';

export interface ProbeMemory {
  /** Must be gone at a reboot. */
  readonly file: string;
  /** What else of the host the answer depends on: with another value every program is asked again. */
  readonly host: string;
}

/**
 * A probe that asks `probe` once for each program and remembers the answer. A program that was replaced, or is called
 * with other arguments, is asked again. A file that cannot be read or written costs nothing but the time of the next
 * probe.
 */
export function rememberedProbe(probe: RuntimeProbe, { file, host }: ProbeMemory): RuntimeProbe {
  return async (program) => {
    const identity = `${host} ${identityOf(program)}`;
    const known = await readAnswers(file);
    const answer = known[identity];
    if (answer !== undefined) return answer;
    const works = await probe(program);
    await writeAnswers(file, { ...known, [identity]: works });
    return works;
  };
}

type Answers = Readonly<Record<string, boolean>>;

function identityOf({ path, arguments: args = [] }: RuntimeProgram): string {
  const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
  return JSON.stringify([path, ...args, ...[dev, ino, size, mtimeNs].map(String)]);
}

async function readAnswers(file: string): Promise<Answers> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
    return Object.fromEntries(entries.filter(([, answer]) => typeof answer === 'boolean'));
  } catch {
    return {};
  }
}

async function writeAnswers(file: string, answers: Answers): Promise<void> {
  try {
    await writeFile(`${file}.new`, JSON.stringify(answers), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // Asked again at the next start.
  }
}
