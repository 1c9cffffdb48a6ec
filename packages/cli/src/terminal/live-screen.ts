import { ellipsis } from '../format/ellipsis.ts';
import type { Terminal } from './terminal.ts';

/**
 * A page of text that is drawn over and over in place. Only what the terminal has room for is shown. It changes no
 * mode of the terminal, so nothing has to be restored however the program ends.
 */
export class LiveScreen {
  readonly #terminal: Terminal;
  #drawn = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  draw(text: string): void {
    const { rows, columns } = this.#terminal.size();
    const clear = this.#drawn ? '' : '\x1b[2J';
    this.#drawn = true;
    this.#terminal.write(clear + screenText(text, rows, columns));
  }
}

/** The text from the top left corner, each line and the rest of the screen cleared behind it. */
export function screenText(text: string, rows: number, columns: number): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const shown = rows > 1 ? lines.slice(0, rows - 1) : lines;
  const fitted = shown.map((line) => (columns > 0 ? ellipsis(line, columns) : line));
  return `\x1b[H${fitted.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`;
}
