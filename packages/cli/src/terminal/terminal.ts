import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** The three standard streams and what is known of the terminal behind them. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
  readonly inputIsTerminal: boolean;
  readonly outputIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes text to standard output as it is. */
  write(text: string): void;
  /** Writes a line to standard error. */
  warn(line: string): void;
  /** Rows and columns; zeros when the output is no terminal. */
  size(): { readonly rows: number; readonly columns: number };
  /** Resolves when everything written has gone out. */
  flush(): Promise<void>;
}

/** The terminal of this process. The stream objects are opened on first use, which keeps start-up short. */
export function processTerminal(): Terminal {
  return new ProcessTerminal();
}

/** What a shell reports for a process that SIGPIPE ended. */
const brokenPipeExitCode = 141;

class ProcessTerminal implements Terminal {
  readonly inputIsTerminal = isatty(0);
  readonly outputIsTerminal = isatty(1);
  readonly errorIsTerminal = isatty(2);
  readonly #opened = new Set<NodeJS.WriteStream>();

  get input(): NodeJS.ReadStream {
    return process.stdin;
  }

  get output(): NodeJS.WriteStream {
    return this.#open(process.stdout);
  }

  get error(): NodeJS.WriteStream {
    return this.#open(process.stderr);
  }

  #open(stream: NodeJS.WriteStream): NodeJS.WriteStream {
    if (!this.#opened.has(stream)) stream.on('error', exitOnBrokenPipe);
    this.#opened.add(stream);
    return stream;
  }

  async flush(): Promise<void> {
    for (const stream of this.#opened) {
      if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
    }
  }

  print(line: string): void {
    this.write(`${line}\n`);
  }

  write(text: string): void {
    writeWhole(1, text, () => this.output);
  }

  warn(line: string): void {
    writeWhole(2, `${line}\n`, () => this.error);
  }

  size(): { readonly rows: number; readonly columns: number } {
    if (!this.outputIsTerminal) return { rows: 0, columns: 0 };
    return { rows: this.output.rows ?? 0, columns: this.output.columns ?? 0 };
  }
}

/**
 * Writes without opening a stream object. A descriptor that somebody made non-blocking and that is full
 * gets the rest through its stream.
 */
function writeWhole(descriptor: number, text: string, stream: () => NodeJS.WriteStream): void {
  let bytes = Buffer.from(text, 'utf8');
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EAGAIN') stream().write(bytes);
    else exitOnBrokenPipe(error as NodeJS.ErrnoException);
  }
}

function exitOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'ECONNRESET') process.exit(brokenPipeExitCode);
  throw error;
}
