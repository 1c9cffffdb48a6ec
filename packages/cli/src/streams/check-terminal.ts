import type { Terminal } from '../terminal/terminal.ts';
import { CommandError } from '../usage-error.ts';

/** Refuses to attach input that is no terminal to a container that has one. */
export function checkInputTerminal(terminal: Terminal, stdin: boolean, tty: boolean): void {
  if (stdin && tty && !terminal.inputIsTerminal) {
    throw new CommandError('the input device is not a TTY');
  }
}
