import { createInterface } from 'node:readline';
import type { Terminal } from './terminal.ts';

/** Asks a question; only `y` or `yes` is a yes, and the end of input is a no. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  terminal.write(`${question} [y/N] `);
  const lines = createInterface({ input: terminal.input });
  for await (const line of lines) {
    lines.close();
    return /^y(es)?$/i.test(line.trim());
  }
  terminal.print('');
  return false;
}
