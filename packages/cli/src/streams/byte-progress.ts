import { movesCursor } from '../terminal/abilities.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { progressBar } from './progress-bar.ts';

/** Between two changes of what is shown, in milliseconds. */
const interval = 100;

export interface ByteProgress {
  readonly label: string;
  /** Bytes to come, where that is known. */
  readonly total?: number;
  /** The line goes away at the end. */
  readonly transient?: boolean;
}

/**
 * Passes bytes on and shows on a terminal how many there were, of `total` when that is known. Nothing is shown where
 * standard error is no terminal or cannot clear a line.
 */
export async function* withByteProgress(
  terminal: Terminal,
  source: AsyncIterable<Uint8Array>,
  { label, total, transient }: ByteProgress,
): AsyncGenerator<Uint8Array> {
  const drawn = terminal.errorIsTerminal && movesCursor();
  let current = 0;
  let shown = 0;
  const show = (end: string): void => {
    if (!drawn) return;
    const bar = progressBar({ current, total: total ?? 0 }, 80);
    terminal.error.write(`\r\x1b[2K${label} ${bar}${end}`);
  };
  try {
    for await (const chunk of source) {
      current += chunk.length;
      if (Date.now() - shown >= interval) {
        shown = Date.now();
        show('');
      }
      yield chunk;
    }
  } finally {
    if (transient !== true) show('\n');
    else if (drawn) terminal.error.write('\r\x1b[2K');
  }
}
