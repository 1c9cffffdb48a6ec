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
  const write = (text: string) => {
    if (options.quiet) return;
    if (options.to === 'output') terminal.write(text);
    else terminal.error.write(text);
  };
  const screen = new ProgressScreen(write, onTerminal);
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
  readonly #onTerminal: boolean;
  readonly #rows = new Map<string, number>();

  constructor(write: (text: string) => void, onTerminal: boolean) {
    this.#write = write;
    this.#onTerminal = onTerminal;
  }

  show(message: ProgressMessage): void {
    const bar = progressBar(message.progressDetail, 80);
    if (message.stream !== undefined) {
      this.#write(message.stream);
      return;
    }
    if (!this.#onTerminal) {
      if (bar === '') this.#write(`${lineText(message, '')}\n`);
      return;
    }
    if (
      message.id === undefined ||
      message.id === '' ||
      (message.progressDetail === undefined && !this.#rows.has(message.id))
    ) {
      this.#rows.clear();
      this.#write(`${lineText(message, bar)}\n`);
      return;
    }
    const row = this.#rows.get(message.id);
    if (row === undefined) {
      this.#rows.set(message.id, this.#rows.size);
      this.#write(`${lineText(message, bar)}\n`);
      return;
    }
    const up = this.#rows.size - row;
    this.#write(`\x1b[${up}A\x1b[2K\r${lineText(message, bar)}\x1b[${up}B\r`);
  }
}

function lineText(message: ProgressMessage, bar: string): string {
  const id = message.id ? `${message.id}: ` : '';
  return `${id}${message.status ?? ''}${bar === '' ? '' : ` ${bar}`}`;
}
