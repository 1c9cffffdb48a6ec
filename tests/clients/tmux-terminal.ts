import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, runCommand } from '@berth/testing';

/** A real terminal of a given size that runs one command, typed into and looked at as a person does. */
export class TmuxTerminal implements AsyncDisposable {
  readonly #socket: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#socket = path.join(folder, 'tmux');
  }

  /** Runs a shell line; the terminal stays when it has ended, so that the last output can be read. */
  static async open(
    line: string,
    size: { readonly columns: number; readonly rows: number },
    environment: Readonly<Record<string, string>>,
  ): Promise<TmuxTerminal> {
    const terminal = new TmuxTerminal(mkdtempSync(path.join(tmpdir(), 'berth-tmux-')));
    const start = ['-f', '/dev/null', 'new-session', '-d', '-s', 'test'];
    const sized = ['-x', String(size.columns), '-y', String(size.rows)];
    await terminal.#tmux([...start, ...sized, 'sh'], environment);
    await terminal.#tmux(['set-option', '-g', 'status', 'off']);
    // Typed before the shell has written its prompt, the line would stand above it, and its output behind it.
    await terminal.shows(/^[$#]$/m);
    await terminal.type(line);
    await terminal.press('Enter');
    return terminal;
  }

  async type(text: string): Promise<void> {
    await this.#tmux(['send-keys', '-t', 'test', '-l', text]);
  }

  /** Names of keys as tmux has them: `Enter`, `Escape`, `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux(['send-keys', '-t', 'test', ...keys]);
  }

  async resize(columns: number, rows: number): Promise<void> {
    const size = ['-x', String(columns), '-y', String(rows)];
    await this.#tmux(['resize-window', '-t', 'test', ...size]);
  }

  /** What is on the screen now, without blanks at the ends of lines. */
  async screen(): Promise<string> {
    return (await this.#tmux(['capture-pane', '-p', '-t', 'test'])).trimEnd();
  }

  /** Waits until the screen shows something. */
  async shows(pattern: RegExp): Promise<string> {
    let seen = '';
    await eventually(async () => {
      seen = await this.screen();
      if (!pattern.test(seen)) throw new Error(`no ${pattern} on the screen:\n${seen}`);
    });
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(['kill-server']).catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #tmux(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const env = { TERM: 'xterm', ...environment };
    const result = await runCommand('tmux', ['-S', this.#socket, ...args], { env });
    if (result.code !== 0) throw new Error(`tmux ${args[0]}: ${result.stderr}`);
    return result.stdout;
  }
}
