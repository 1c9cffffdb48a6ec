import { ValueError } from '../usage-error.ts';

/** ctrl-p, ctrl-q */
export const defaultDetachKeys: readonly number[] = [16, 17];

const controls = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** The bytes of a key sequence such as `ctrl-p,ctrl-q` or `a,b`. Throws ValueError. */
export function parseDetachKeys(text: string): number[] {
  return text.split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0) & 0xff;
    const letter = /^ctrl-(.)$/s.exec(key)?.[1];
    const code = letter === undefined ? -1 : controls.indexOf(letter);
    if (code < 0) throw new ValueError(`Unknown character: '${key}'`);
    return code;
  });
}

export interface ScannedInput {
  /** What to pass on. */
  readonly bytes: Buffer;
  /** True when the sequence was completed; nothing behind it is passed on. */
  readonly detached: boolean;
}

/**
 * Looks for the detach sequence in input that comes in pieces. Keys of an unfinished sequence are held
 * back, and passed on when another key follows.
 */
export class DetachKeyScanner {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  scan(chunk: Buffer): ScannedInput {
    const passed: number[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched += 1;
        if (this.#matched === this.#keys.length) {
          this.#matched = 0;
          return { bytes: Buffer.from(passed), detached: true };
        }
        continue;
      }
      passed.push(...this.#keys.slice(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) passed.push(byte);
    }
    return { bytes: Buffer.from(passed), detached: false };
  }
}
