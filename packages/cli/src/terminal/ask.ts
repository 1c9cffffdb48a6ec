import type { Terminal } from './terminal.ts';

/** Asks for a line; undefined at the end of input. */
export async function askLine(terminal: Terminal, question: string): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  terminal.write(question);
  const lines = createInterface({ input: terminal.input, terminal: false });
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
    terminal.input.pause();
  }
}

const interruptExitCode = 130;

/** Asks for a line that is not shown while it is typed. The input must be a terminal. */
export function askSecret(terminal: Terminal, question: string): Promise<string> {
  const { input } = terminal;
  terminal.write(question);
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (action: () => void) => {
      input.off('data', read);
      input.off('end', ended);
      input.setRawMode(false);
      input.pause();
      terminal.write('\n');
      action();
    };
    const ended = () => end(() => resolve(typed));
    const read = (data: Buffer) => {
      for (const character of data.toString('utf8')) {
        if (character === '\r' || character === '\n' || character === '\u0004') {
          return end(() => resolve(typed));
        }
        // What the terminal itself does with these keys is off while nothing is shown.
        if (character === '\u0003') return end(() => process.exit(interruptExitCode));
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1);
        else if (character === '\u0015') typed = '';
        else typed += character;
      }
    };
    input.once('error', reject);
    input.once('end', ended);
    input.setRawMode(true);
    input.on('data', read);
    input.resume();
  });
}
