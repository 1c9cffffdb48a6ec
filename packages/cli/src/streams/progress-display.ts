import { ellipsis } from '../format/ellipsis.ts';
import { movesCursor } from '../terminal/abilities.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { CommandError } from '../usage-error.ts';
import { progressBar } from './progress-bar.ts';

/** One line of a progress stream (pull, load, import). */
export interface ProgressMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: {
    readonly current?: number;
    readonly total?: number;
    readonly units?: string;
  };
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
  readonly aux?: unknown;
}

export interface ProgressOptions {
  readonly to: 'output' | 'error';
  readonly quiet?: boolean;
  /** Called with each `aux` object. */
  readonly onAux?: (aux: unknown) => void;
}

/** Shows a progress stream: bars that move on a terminal, plain lines elsewhere. Throws at an error line. */
export async function showProgress(
  terminal: Terminal,
  lines: AsyncIterable<unknown>,
  options: ProgressOptions,
): Promise<void> {
  const onTerminal = options.to === 'output' ? terminal.outputIsTerminal : terminal.errorIsTerminal;
  const drawn = onTerminal && movesCursor();
  const write = (text: string) => {
    if (options.quiet) return;
    if (options.to === 'output') terminal.write(text);
    else terminal.error.write(text);
  };
  const screen = new ProgressScreen(write, drawn ? terminal.size().columns || 80 : 0);
  for await (const line of lines) {
    const message = line as ProgressMessage;
    const failure = message.errorDetail?.message ?? message.error;
    if (failure) throw new CommandError(failure, { exitCode: message.errorDetail?.code || 1 });
    if (message.aux !== undefined) options.onAux?.(message.aux);
    else screen.show(message);
  }
}

/** Keeps one terminal line for each id, in the order of their first message. */
class ProgressScreen {
  readonly #write: (text: string) => void;
  /** Of the terminal; 0 without one that moves its cursor. */
  readonly #columns: number;
  readonly #rows = new Map<string, number>();

  constructor(write: (text: string) => void, columns: number) {
    this.#write = write;
    this.#columns = columns;
  }

  show(message: ProgressMessage): void {
    const bar = progressBar(message.progressDetail, this.#columns);
    if (message.stream !== undefined) {
      this.#write(message.stream);
      return;
    }
    if (this.#columns === 0) {
      if (bar === '') this.#write(`${lineText(message, '')}\n`);
      return;
    }
    if (
      message.id === undefined ||
      message.id === '' ||
      (message.progressDetail === undefined && !this.#rows.has(message.id))
    ) {
      this.#rows.clear();
      this.#write(`${this.#fitted(message, bar)}\n`);
      return;
    }
    const row = this.#rows.get(message.id);
    if (row === undefined) {
      this.#rows.set(message.id, this.#rows.size);
      this.#write(`${this.#fitted(message, bar)}\n`);
      return;
    }
    const up = this.#rows.size - row;
    this.#write(`\x1b[${up}A\x1b[2K\r${this.#fitted(message, bar)}\x1b[${up}B\r`);
  }

  /** A line that the terminal would break could not be found again to be written over. */
  #fitted(message: ProgressMessage, bar: string): string {
    return ellipsis(lineText(message, bar), this.#columns);
  }
}

function lineText(message: ProgressMessage, bar: string): string {
  const id = message.id ? `${message.id}: ` : '';
  return `${id}${message.status ?? ''}${bar === '' ? '' : ` ${bar}`}`;
}
